package io.penstock.importer.csv;

/**
 * What a file may be at most.
 *
 * @param maxRecordBytes one record; PostgreSQL itself ends at 1 GB
 * @param maxFileBytes one object, unpacked
 * @param maxGzipRatio unpacked bytes for one packed byte, looked at beyond {@link
 *     GunzipStream#FREE_BYTES}; gzip itself ends at about 1,030
 * @param maxColumns columns of a table
 * @param blockBytes memory of one connection's load, and the longest header
 */
public record CsvLimits(
    long maxRecordBytes, long maxFileBytes, int maxGzipRatio, int maxColumns, int blockBytes) {
  public static final CsvLimits DEFAULTS = new CsvLimits(64L << 20, 1L << 40, 250, 1000, 256 << 10);
}
