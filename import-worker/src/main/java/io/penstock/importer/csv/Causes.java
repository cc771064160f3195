package io.penstock.importer.csv;

import java.nio.charset.Charset;

/** Sentences that tell what probably went wrong, and what to change. */
final class Causes {
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  private Causes() {}

  /**
   * @param first byte of the sequence
   * @param offset of that byte in the file
   */
  static String notUtf8(int first, long offset, boolean inColumnName) {
    if (offset == 0 && (first == 0xff || first == 0xfe)) {
      return "the file is not UTF-8; it begins like UTF-16: save it as UTF-8";
    }
    String character = new String(new byte[] {(byte) first}, WINDOWS_1252);
    String name = first >= 0xa0 ? "Latin-1 byte" : "byte";
    String read =
        first >= 0x80 && character.charAt(0) != '\ufffd'
            ? " (\"%s\" in %s)".formatted(character, first >= 0xa0 ? "Latin-1" : "Windows-1252")
            : "";
    return "%s 0x%02X%s in a %s, where UTF-8 is expected: save the file as UTF-8"
        .formatted(name, first, read, inColumnName ? "column name" : "value");
  }

  static String fieldCount(long found, long expected, boolean byHeader) {
    String count =
        "the record has %d %s, %s %d"
            .formatted(
                found,
                found == 1 ? "field" : "fields",
                byHeader ? "the header" : "the columns are",
                expected);
    return count
        + (found > expected
            ? "; does a value without enclosures hold the delimiter?"
            : "; is a value missing, or a line break in a value without enclosures?");
  }

  static String emptyLine(long expected) {
    return "the line is empty, where %d fields are expected: remove it".formatted(expected);
  }

  static String openQuote(long line) {
    return "the enclosure opened on line %d is never closed".formatted(line);
  }

  /**
   * @param openLine where the enclosure was opened that is open still; 0: none is
   */
  static String tooLong(long limit, long openLine) {
    return "the record is longer than the limit of %d bytes%s"
        .formatted(
            limit,
            openLine > 0
                ? "; is the enclosure opened on line %d never closed?".formatted(openLine)
                : "; do line ends miss?");
  }
}
