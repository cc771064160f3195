@NullMarked
package io.penstock.audit.log;

import org.jspecify.annotations.NullMarked;
