@NullMarked
package io.penstock.importer;

import org.jspecify.annotations.NullMarked;
