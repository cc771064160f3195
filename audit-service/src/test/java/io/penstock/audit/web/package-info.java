@NullMarked
package io.penstock.audit.web;

import org.jspecify.annotations.NullMarked;
