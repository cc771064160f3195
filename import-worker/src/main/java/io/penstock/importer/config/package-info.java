/** Settings, and the wiring of everything else. */
@NullMarked
package io.penstock.importer.config;

import org.jspecify.annotations.NullMarked;
