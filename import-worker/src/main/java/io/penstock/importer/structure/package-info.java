/**
 * What changes a table's structure or rows without a file: columns, primary key, deletion of rows,
 * optimisation. Each change is validated behind the catalogue's lock and is one transaction with
 * the ledger's row, so that a message that comes twice changes nothing twice, and a late worker
 * nothing at all. No change waits for a reader, and none lets readers wait for longer than a lock
 * time-out.
 */
@NullMarked
package io.penstock.importer.structure;

import org.jspecify.annotations.NullMarked;
