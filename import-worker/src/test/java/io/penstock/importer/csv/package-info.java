@NullMarked
package io.penstock.importer.csv;

import org.jspecify.annotations.NullMarked;
