@NullMarked
package io.penstock.importer.load;

import org.jspecify.annotations.NullMarked;
