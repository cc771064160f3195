package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.storage.web.Params;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/** The checked parameters of {@code tables-async} (chapter 2.4). */
record NewTable(
    String name, String displayName, long fileId, List<String> primaryKey, CsvFormat csv) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
  private static final int MAX_NAME = 92;

  /** PostgreSQL's INDEX_MAX_KEYS. */
  private static final int MAX_KEY = 32;

  private static final int MAX_KEY_TEXT = 255;

  static NewTable of(Params params) {
    String name = params.text("name", "");
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      throw invalid(
          "Invalid data - name: It must have 1 to %d alphanumeric characters, dashes and underscores."
              .formatted(MAX_NAME));
    }
    String displayName = displayName(params, name);
    long fileId = LoadSource.fileId(params);
    CsvParams.checkOptions(params);
    return new NewTable(
        name, displayName, fileId, primaryKey(params), CsvParams.ofNewTable(params));
  }

  private static String displayName(Params params, String name) {
    String display = params.text("displayName", "");
    if (display.isEmpty()) {
      return name;
    }
    if (display.startsWith("_")) {
      throw invalid("Invalid data - displayName: Cannot start with underscore.");
    }
    if (display.length() > MAX_NAME || !NAME.matcher(display).matches()) {
      throw invalid(
          "Invalid data - displayName: Only alphanumeric characters dash and underscores are"
              + " allowed.");
    }
    return display;
  }

  private static List<String> primaryKey(Params params) {
    List<String> key = params.list("primaryKey").stream().filter(name -> !name.isEmpty()).toList();
    boolean usable =
        key.size() <= MAX_KEY
            && new HashSet<>(key).size() == key.size()
            && key.stream().allMatch(name -> name.length() <= MAX_KEY_TEXT);
    if (!usable) {
      throw new PlatformException(
          ErrorCode.TABLE_INVALID_PRIMARY_KEY,
          "primaryKey names too many columns, or one of them twice");
    }
    return key;
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.TABLE_VALIDATION, message);
  }
}
