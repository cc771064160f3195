package io.penstock.bench;

/**
 * What a side ended with: equal contents are the same multiset of rows.
 *
 * @param rows how many
 * @param checksum over all columns of all rows, whatever their order
 */
record Content(long rows, String checksum) {}
