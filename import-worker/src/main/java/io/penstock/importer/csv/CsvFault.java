package io.penstock.importer.csv;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.Map;

/** A place where a file does not follow the rules: the user has to change it. */
public final class CsvFault extends PlatformException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    QUOTE_IN_UNQUOTED_FIELD("an enclosure stands inside a field that does not begin with one"),
    TEXT_AFTER_QUOTE("text follows the enclosure that ends a field"),
    UNTERMINATED_QUOTE("a field that begins with an enclosure has no end"),
    MIXED_LINE_ENDS("line ends are mixed; use one of LF, CRLF and CR in the whole file"),
    NUL("there is a NUL byte, which text cannot hold"),
    NOT_UTF8("the bytes are not UTF-8"),
    WRONG_FIELD_COUNT("the number of fields is wrong"),
    RECORD_TOO_LONG("the record is too long");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  private final Kind kind;

  /**
   * @param record counts from 1, a header included
   * @param line physical line, counts from 1
   * @param column field in the record, counts from 1
   * @param offset of the byte in the uncompressed file, counts from 0
   * @param detail added to the kind's text; empty: nothing
   * @param masked what stood there, letters and digits masked
   */
  CsvFault(
      Kind kind, long record, long line, long column, long offset, String detail, String masked) {
    super(
        ErrorCode.INVALID_CSV,
        "The file is not valid CSV: record %d, line %d, column %d, byte %d: %s%s.%s"
            .formatted(
                record,
                line,
                column,
                offset,
                kind.text,
                detail.isEmpty() ? "" : " (" + detail + ")",
                masked.isEmpty() ? "" : " There stood (masked): " + masked),
        Map.of(
            "reason",
            kind.name(),
            "record",
            record,
            "line",
            line,
            "column",
            column,
            "byte",
            offset),
        null);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
