/** The platform as a whole, tried from outside. */
@NullMarked
package io.penstock.quickstart;

import org.jspecify.annotations.NullMarked;
