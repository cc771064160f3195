@NullMarked
package io.penstock.warehouse;

import org.jspecify.annotations.NullMarked;
