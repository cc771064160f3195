/** A certificate authority of one's own, so that HTTPS works where nobody has a public name. */
@NullMarked
package io.penstock.embedded.tls;

import org.jspecify.annotations.NullMarked;
