/**
 * Tables as they were: structure in the metadata, rows as a permanent file in the customer's
 * bucket. Taken in turn with the table's writers, so that both belong to one moment; they outlive
 * the table and the warehouse. Of an alias, its definition alone.
 */
@NullMarked
package io.penstock.storage.snapshot;

import org.jspecify.annotations.NullMarked;
