@NullMarked
package io.penstock.importer.provision;

import org.jspecify.annotations.NullMarked;
