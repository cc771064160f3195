/**
 * Files into tables. A load is staged outside the table and published once: a full load fills a new
 * generation and moves the catalogue's pointer, an incremental one merges a staged file in one
 * transaction. The publishing transaction writes the ledger too; before it nothing that a reader
 * sees has changed.
 */
@NullMarked
package io.penstock.importer.load;

import org.jspecify.annotations.NullMarked;
