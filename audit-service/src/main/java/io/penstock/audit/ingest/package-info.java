/**
 * The way in: from the queue into the trails, then the confirmation, then the acknowledgement, in
 * this order. A record that is delivered twice is kept once and confirmed twice.
 */
@NullMarked
package io.penstock.audit.ingest;

import org.jspecify.annotations.NullMarked;
