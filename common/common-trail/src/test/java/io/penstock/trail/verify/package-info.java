@NullMarked
package io.penstock.trail.verify;

import org.jspecify.annotations.NullMarked;
