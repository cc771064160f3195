@NullMarked
package io.penstock.importer.export;

import org.jspecify.annotations.NullMarked;
