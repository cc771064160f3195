/** What services tell each other: ids, error codes, queue messages, audit records. */
@NullMarked
package io.penstock.model;

import org.jspecify.annotations.NullMarked;
