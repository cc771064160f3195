@NullMarked
package io.penstock.audit.keep;

import org.jspecify.annotations.NullMarked;
