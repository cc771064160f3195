/**
 * From a queue's message to the job's end: one message per free slot, kept by heartbeat while its
 * job runs, acknowledged only when the end stands in the ledger and its report is sent. A message
 * may come twice, late, or while its job runs elsewhere.
 */
@NullMarked
package io.penstock.importer.intake;

import org.jspecify.annotations.NullMarked;
