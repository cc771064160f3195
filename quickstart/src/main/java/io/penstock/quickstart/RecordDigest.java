package io.penstock.quickstart;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A CSV file as a multiset of records, read after RFC 4180: two files with the same digest hold the
 * same records, in whatever order, quoting and line ends.
 *
 * @param columns the header
 * @param records how many records follow it
 * @param sha256 of the records, each re-encoded (every field quoted, LF), sorted
 */
record RecordDigest(List<String> columns, long records, String sha256) {

  static RecordDigest of(Path file) throws IOException {
    try (CsvReader<CsvRecord> reader =
            CsvReader.builder().ofCsvRecord(file, StandardCharsets.UTF_8);
        Stream<CsvRecord> all = reader.stream()) {
      List<CsvRecord> parsed = all.toList();
      if (parsed.isEmpty()) {
        throw new IllegalArgumentException(file + " has no header");
      }
      List<String> encoded = parsed.stream().skip(1).map(RecordDigest::encode).sorted().toList();
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      encoded.forEach(record -> digest.update(record.getBytes(StandardCharsets.UTF_8)));
      return new RecordDigest(
          parsed.getFirst().getFields(), encoded.size(), HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(CsvRecord record) {
    StringBuilder line = new StringBuilder();
    for (String field : record.getFields()) {
      line.append(line.isEmpty() ? "" : ",")
          .append('"')
          .append(field.replace("\"", "\"\""))
          .append('"');
    }
    return line.append('\n').toString();
  }
}
