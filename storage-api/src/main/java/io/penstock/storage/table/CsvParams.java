package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.storage.web.Params;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a file's dialect and header from a call's parameters (chapter 2.5). */
final class CsvParams {
  private static final String TAB = "\t";
  private static final String BACKSLASH = "\\";
  private static final int MAX_COLUMNS = 5000;
  private static final int MAX_COLUMN_TEXT = 200_000;

  private CsvParams() {}

  /**
   * Of a new table: its columns come from {@code columns} or from the first line, there is no order
   * of a table yet.
   */
  static CsvFormat ofNewTable(Params params) {
    List<String> columns = columns(params);
    return format(params, columns, columns.isEmpty() ? Header.FIRST_LINE : Header.GIVEN, null);
  }

  /** Of a load; {@code ignoredLinesCount} wins over {@code withoutHeaders}, that over columns. */
  static CsvFormat ofLoad(Params params) {
    List<String> columns = columns(params);
    Integer ignored = ignoredLines(params);
    if (ignored == null && params.flag("withoutHeaders", false)) {
      return format(params, List.of(), Header.TABLE_ORDER, null);
    }
    if (!columns.isEmpty()) {
      return format(params, columns, Header.GIVEN, ignored);
    }
    return format(
        params, columns, ignored == null ? Header.FIRST_LINE : Header.TABLE_ORDER, ignored);
  }

  private static CsvFormat format(
      Params params, List<String> columns, Header header, @Nullable Integer ignored) {
    return switch (params.text("format", "rfc")) {
      case "rfc", "" -> described(params, columns, header, ignored);
      case "raw" -> known(params, TAB, "", columns, header, ignored);
      case "escaped" -> known(params, ",", "\"", columns, header, ignored);
      default ->
          throw new PlatformException(
              ErrorCode.TABLE_INVALID_FORMAT, "format must be rfc, raw or escaped");
    };
  }

  /** One of the export's forms with a backslash as its escape character, read back. */
  private static CsvFormat known(
      Params params,
      String usual,
      String enclosure,
      List<String> columns,
      Header header,
      @Nullable Integer ignored) {
    String delimiter = delimiter(params.text("delimiter", usual));
    if (delimiter.equals(enclosure) || delimiter.equals(BACKSLASH)) {
      throw new PlatformException(
          ErrorCode.INVALID_CSV, "The delimiter must be another character than the format's own");
    }
    String nullValue = NullValue.read(params, delimiter + enclosure + BACKSLASH);
    return new CsvFormat(delimiter, enclosure, BACKSLASH, columns, header, ignored, nullValue);
  }

  private static CsvFormat described(
      Params params, List<String> columns, Header header, @Nullable Integer ignored) {
    String enclosure = params.has("enclosure") ? params.text("enclosure", "") : "";
    String escapedBy = params.text("escapedBy", "");
    if (!enclosure.isEmpty() && !escapedBy.isEmpty()) {
      throw new PlatformException(
          ErrorCode.VALIDATION, "Only one of the parameters enclosure and escapedBy may be used");
    }
    String delimiter = delimiter(params.text("delimiter", ","));
    String quote = enclosure.isEmpty() ? "" : single("enclosure", enclosure);
    if (!params.has("enclosure") && escapedBy.isEmpty()) {
      quote = "\"";
    }
    String escape = escapedBy.isEmpty() ? "" : single("escapedBy", escapedBy);
    if (delimiter.equals(quote) || delimiter.equals(escape)) {
      throw new PlatformException(
          ErrorCode.INVALID_CSV,
          "The delimiter must be another character than enclosure and escapedBy");
    }
    String nullValue = NullValue.read(params, delimiter + quote + escape);
    return new CsvFormat(delimiter, quote, escape, columns, header, ignored, nullValue);
  }

  private static String delimiter(String given) {
    return given.equals("\\t") || given.equals("\"\\t\"") ? TAB : single("delimiter", given);
  }

  private static String single(String what, String text) {
    boolean usable =
        text.length() == 1 && text.charAt(0) < 128 && "\n\r\0".indexOf(text.charAt(0)) < 0;
    if (!usable) {
      throw new PlatformException(
          ErrorCode.INVALID_CSV,
          "The %s must be one ASCII character, or \\t for a tabulator; \"%s\" was given"
              .formatted(what, text.length() > 20 ? text.substring(0, 20) + "…" : text));
    }
    return text;
  }

  private static List<String> columns(Params params) {
    List<String> columns = params.list("columns");
    if (columns.size() > MAX_COLUMNS
        || columns.stream().mapToLong(String::length).sum() > MAX_COLUMN_TEXT) {
      throw new PlatformException(
          ErrorCode.TABLE_TOO_MANY_COLUMNS,
          "columns: there are %d of them, which is too much".formatted(columns.size()));
    }
    return columns;
  }

  private static @Nullable Integer ignoredLines(Params params) {
    return params.has("ignoredLinesCount") && !params.text("ignoredLinesCount", "").isEmpty()
        ? (int) params.number("ignoredLinesCount", 0, 0, 1_000_000)
        : null;
  }
}
