/** Tokens as a resource: issue, list, scope, revoke. */
@NullMarked
package io.penstock.storage.token;

import org.jspecify.annotations.NullMarked;
