@NullMarked
package io.penstock.model.audit;

import org.jspecify.annotations.NullMarked;
