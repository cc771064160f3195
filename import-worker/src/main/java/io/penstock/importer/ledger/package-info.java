/**
 * Each job ends once: one row in its project's {@code job_ledger}. The first row wins, is written
 * in the transaction that publishes, and is what every report of the job says. A session lock on
 * the job's id keeps two workers apart while it runs; should that fail, the ledger still decides.
 */
@NullMarked
package io.penstock.importer.ledger;

import org.jspecify.annotations.NullMarked;
