@NullMarked
package io.penstock.importer.workspace;

import org.jspecify.annotations.NullMarked;
