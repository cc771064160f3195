@NullMarked
package io.penstock.trail;

import org.jspecify.annotations.NullMarked;
