/**
 * Who calls: sealed tokens, callers and their permissions. A right that was taken away is refused
 * by the very next call.
 */
@NullMarked
package io.penstock.storage.access;

import org.jspecify.annotations.NullMarked;
