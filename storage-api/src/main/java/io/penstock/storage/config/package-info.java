/** Wiring that belongs to no feature. */
@NullMarked
package io.penstock.storage.config;

import org.jspecify.annotations.NullMarked;
