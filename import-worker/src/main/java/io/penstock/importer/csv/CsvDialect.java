package io.penstock.importer.csv;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;

/**
 * How fields are cut. Both characters are single ASCII bytes, which is what COPY takes.
 *
 * @param delimiter between fields
 * @param enclosure around fields, doubled inside them
 */
public record CsvDialect(byte delimiter, byte enclosure) {
  public static final CsvDialect RFC4180 = new CsvDialect((byte) ',', (byte) '"');

  /**
   * From the options of a call.
   *
   * @param delimiter one ASCII character, or the two characters {@code \t}
   * @throws PlatformException {@code INVALID_CSV} for what is no delimiter, {@code NOT_IMPLEMENTED}
   *     for a dialect without enclosure or with an escape character
   */
  public static CsvDialect of(String delimiter, String enclosure, String escapedBy) {
    if (enclosure.isEmpty() || !escapedBy.isEmpty()) {
      throw new PlatformException(
          ErrorCode.NOT_IMPLEMENTED,
          "Files without enclosure, or with escapedBy, cannot be loaded yet.");
    }
    String between = delimiter.equals("\\t") || delimiter.equals("\"\\t\"") ? "\t" : delimiter;
    byte delimiterByte = single(between, "delimiter");
    byte enclosureByte = single(enclosure, "enclosure");
    if (delimiterByte == enclosureByte) {
      throw new PlatformException(
          ErrorCode.INVALID_CSV, "The delimiter and the enclosure are the same character.");
    }
    return new CsvDialect(delimiterByte, enclosureByte);
  }

  private static byte single(String text, String what) {
    boolean usable =
        text.length() == 1
            && text.charAt(0) < 128
            && text.charAt(0) != '\n'
            && text.charAt(0) != '\r'
            && text.charAt(0) != '\0';
    if (!usable) {
      throw new PlatformException(
          ErrorCode.INVALID_CSV,
          "The %s must be one ASCII character and no line end.".formatted(what));
    }
    return (byte) text.charAt(0);
  }
}
