@NullMarked
package io.penstock.trail.cli;

import org.jspecify.annotations.NullMarked;
