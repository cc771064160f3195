package io.penstock.bench;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * CSV as a multiset of records: the sum of the records' hashes, so that order, quoting and line
 * ends do not count and nothing has to be kept. A record's hash is the first half of the SHA-256 of
 * its fields, each behind its length. Not thread-safe.
 */
final class CsvDigest {
  private final MessageDigest sha256;
  private long records;
  private long high;
  private long low;

  CsvDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Adds all records of a stream, UTF-8, by RFC 4180.
   *
   * @param skipped records at the front that do not count, such as a header
   */
  void add(InputStream csv, int skipped) throws IOException {
    int toSkip = skipped;
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder().ofCsvRecord(new InputStreamReader(csv, StandardCharsets.UTF_8))) {
      for (CsvRecord record : reader) {
        if (toSkip > 0) {
          toSkip--;
        } else {
          add(record.getFields());
        }
      }
    }
  }

  void add(List<String> fields) {
    for (String field : fields) {
      byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      sha256.update(bytes);
    }
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
    high += hash.getLong();
    low += hash.getLong();
    records++;
  }

  Content content() {
    return new Content(records, "%016x%016x".formatted(high, low));
  }

  /** Reads what {@link #toString} wrote. */
  static CsvDigest parse(String text) {
    String[] parts = text.strip().split(" ", -1);
    CsvDigest digest = new CsvDigest();
    digest.records = Long.parseLong(parts[0]);
    digest.high = Long.parseUnsignedLong(parts[1].substring(0, 16), 16);
    digest.low = Long.parseUnsignedLong(parts[1].substring(16), 16);
    return digest;
  }

  @Override
  public String toString() {
    return content().rows() + " " + content().checksum();
  }
}
