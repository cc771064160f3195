@NullMarked
package io.penstock.trail.http;

import org.jspecify.annotations.NullMarked;
