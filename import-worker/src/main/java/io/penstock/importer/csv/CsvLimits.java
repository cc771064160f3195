package io.penstock.importer.csv;

/**
 * What a file may be at most.
 *
 * @param maxRecordBytes one record; PostgreSQL itself ends at 1 GB
 * @param maxFileBytes the whole file, unpacked
 * @param maxColumns columns of a table
 * @param blockBytes memory of one load, and the longest header
 */
public record CsvLimits(long maxRecordBytes, long maxFileBytes, int maxColumns, int blockBytes) {
  public static final CsvLimits DEFAULTS = new CsvLimits(64L << 20, 1L << 40, 1000, 256 << 10);
}
