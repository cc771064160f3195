package io.penstock.importer.csv;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;

/**
 * How fields are cut. The characters are single ASCII bytes.
 *
 * @param delimiter between fields
 * @param enclosure around fields, doubled inside them; {@link #NONE}: quotes mean nothing
 * @param escape before a character that means itself (or {@code n}, {@code t}, {@code r}: a line
 *     feed, a tabulator, a carriage return); {@link #NONE}: there is none
 */
public record CsvDialect(byte delimiter, byte enclosure, byte escape) {
  /** No such character. */
  public static final byte NONE = 0;

  public static final CsvDialect RFC4180 = new CsvDialect((byte) ',', (byte) '"', NONE);

  /**
   * From the options of a call.
   *
   * @param delimiter one ASCII character, or the two characters {@code \t}
   * @param enclosure one ASCII character, or empty
   * @param escapedBy one ASCII character, or empty
   * @throws PlatformException {@code INVALID_CSV} for what cannot cut a file
   */
  public static CsvDialect of(String delimiter, String enclosure, String escapedBy) {
    String between = delimiter.equals("\\t") || delimiter.equals("\"\\t\"") ? "\t" : delimiter;
    byte delimiterByte = single(between, "delimiter");
    byte enclosureByte = enclosure.isEmpty() ? NONE : single(enclosure, "enclosure");
    byte escapeByte = escapedBy.isEmpty() ? NONE : single(escapedBy, "escape character");
    boolean distinct =
        delimiterByte != enclosureByte
            && delimiterByte != escapeByte
            && (enclosureByte == NONE || enclosureByte != escapeByte);
    if (!distinct) {
      throw new PlatformException(
          ErrorCode.INVALID_CSV,
          "Delimiter, enclosure and escape character must be different characters.");
    }
    return new CsvDialect(delimiterByte, enclosureByte, escapeByte);
  }

  /** Whether COPY reads it as it is, if line ends are not mixed. */
  public boolean isForCopy() {
    return enclosure != NONE && escape == NONE;
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
