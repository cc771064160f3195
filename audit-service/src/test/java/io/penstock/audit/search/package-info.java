@NullMarked
package io.penstock.audit.search;

import org.jspecify.annotations.NullMarked;
