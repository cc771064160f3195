@NullMarked
package io.penstock.importer.intake;

import org.jspecify.annotations.NullMarked;
