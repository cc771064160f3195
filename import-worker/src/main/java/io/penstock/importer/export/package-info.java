/** A table's rows as sliced objects with a manifest, from one snapshot. */
@NullMarked
package io.penstock.importer.export;

import org.jspecify.annotations.NullMarked;
