@NullMarked
package io.penstock.embedded.postgres;

import org.jspecify.annotations.NullMarked;
