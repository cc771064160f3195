/**
 * What is read from the log itself, not from the index: its objects as they stand, proofs of single
 * records, and a project's own entries.
 */
@NullMarked
package io.penstock.audit.read;

import org.jspecify.annotations.NullMarked;
