@NullMarked
package io.penstock.audit;

import org.jspecify.annotations.NullMarked;
