package io.penstock.importer.csv;

import io.penstock.model.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A faulty record, and what probably made it so.
 *
 * @param record counts from 1, a header included
 * @param line physical line, counts from 1
 * @param column field in the record, counts from 1
 * @param offset of the byte in the unpacked object, counts from 0
 * @param cause for people: what is wrong, and what to change
 * @param snippet what stood there, letters and digits masked; may be empty
 */
public record CsvProblem(
    Kind kind, long record, long line, long column, long offset, String cause, String snippet) {

  /** What is wrong. */
  public enum Kind {
    QUOTE_IN_UNQUOTED_FIELD(
        "an enclosure stands inside a field that does not begin with one; enclose the whole field"
            + " and double the enclosure inside it"),
    TEXT_AFTER_QUOTE(
        "text follows the enclosure that ends a field; an enclosure inside a field has to be"
            + " doubled"),
    UNTERMINATED_QUOTE("a field that begins with an enclosure has no end"),
    MIXED_LINE_ENDS("line ends are mixed"),
    NUL("there is a NUL byte, which text cannot hold; is the file UTF-16, or not text at all?"),
    NOT_UTF8("the bytes are not UTF-8"),
    WRONG_FIELD_COUNT("the number of fields is wrong"),
    RECORD_TOO_LONG("the record is too long"),
    ESCAPE_AT_END("the file ends with an escape character"),

    /** What follows is well-formed CSV that a typed table does not take. */
    WRONG_VALUE("the value is not of the column's type", ErrorCode.CSV_INVALID_VALUE),
    NO_VALUE("the value means NULL, which the column does not take", ErrorCode.CSV_INVALID_VALUE);

    private final String text;
    private final ErrorCode code;

    Kind(String text) {
      this(text, ErrorCode.INVALID_CSV);
    }

    Kind(String text, ErrorCode code) {
      this.text = text;
      this.code = code;
    }

    /** The cause when nothing more is known. */
    String text() {
      return text;
    }

    /** Of the job's error. */
    ErrorCode code() {
      return code;
    }
  }

  /** The same with another cause. */
  public CsvProblem because(String other) {
    return new CsvProblem(kind, record, line, column, offset, other, snippet);
  }

  /** Where it is, for a message. */
  String place() {
    return "record %d, line %d, column %d, byte %d".formatted(record, line, column, offset);
  }

  /** As the members of {@code error.contextParams.problems}. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("reason", kind.name());
    json.put("record", record);
    json.put("line", line);
    json.put("column", column);
    json.put("byte", offset);
    json.put("cause", cause);
    json.put("snippet", snippet);
    return json;
  }
}
