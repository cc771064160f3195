/**
 * The proofs: an organisation's log as its customers read it, and single records and receipts with
 * what proves them.
 */
@NullMarked
package io.penstock.storage.trail;

import org.jspecify.annotations.NullMarked;
