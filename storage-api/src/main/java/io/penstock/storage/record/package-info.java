/**
 * Audit records: durable before the answer leaves, kept in an outbox until audit-service has
 * confirmed them.
 */
@NullMarked
package io.penstock.storage.record;

import org.jspecify.annotations.NullMarked;
