/** What other services may ask. Every path but the health's wants the service credential. */
@NullMarked
package io.penstock.audit.web;

import org.jspecify.annotations.NullMarked;
