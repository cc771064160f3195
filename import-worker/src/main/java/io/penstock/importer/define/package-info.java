/** Tables that come into being empty, by their definition. */
@NullMarked
package io.penstock.importer.define;

import org.jspecify.annotations.NullMarked;
