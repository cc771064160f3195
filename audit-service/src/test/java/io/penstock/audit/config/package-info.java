@NullMarked
package io.penstock.audit.config;

import org.jspecify.annotations.NullMarked;
