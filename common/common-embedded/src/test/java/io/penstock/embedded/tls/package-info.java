@NullMarked
package io.penstock.embedded.tls;

import org.jspecify.annotations.NullMarked;
