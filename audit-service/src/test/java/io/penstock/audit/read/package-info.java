@NullMarked
package io.penstock.audit.read;

import org.jspecify.annotations.NullMarked;
