/** Going back by one full load: the catalogue's pointer moves to the rows before it. */
@NullMarked
package io.penstock.importer.undo;

import org.jspecify.annotations.NullMarked;
