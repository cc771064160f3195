package io.penstock.warehouse;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The contract's rules for column names (chapter 2.4): cleaned, at most 64 characters, no
 * duplicates.
 */
public final class ColumnNames {
  /** Longest name after cleaning, in characters. */
  public static final int MAX_LENGTH = 64;

  /** Most columns of a primary key: PostgreSQL's INDEX_MAX_KEYS. */
  public static final int MAX_KEY = 32;

  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_]+");
  private static final Pattern EDGES = Pattern.compile("^_+|_+$");

  /** Letters that have no decomposition into a base letter and a mark. */
  private static final Map<String, String> LETTERS =
      Map.ofEntries(
          Map.entry("ß", "ss"),
          Map.entry("ẞ", "SS"),
          Map.entry("æ", "ae"),
          Map.entry("Æ", "AE"),
          Map.entry("œ", "oe"),
          Map.entry("Œ", "OE"),
          Map.entry("ø", "o"),
          Map.entry("Ø", "O"),
          Map.entry("ł", "l"),
          Map.entry("Ł", "L"),
          Map.entry("đ", "d"),
          Map.entry("Đ", "D"),
          Map.entry("ð", "d"),
          Map.entry("Ð", "D"),
          Map.entry("þ", "th"),
          Map.entry("Þ", "TH"),
          Map.entry("ı", "i"));

  /** PostgreSQL's system columns; older clients expect them renamed. */
  private static final Set<String> SYSTEM =
      Set.of("oid", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

  private ColumnNames() {}

  /** The cleaned name; empty when nothing is left. */
  public static String clean(String raw) {
    String ascii = MARKS.matcher(Normalizer.normalize(raw, Normalizer.Form.NFD)).replaceAll("");
    for (Map.Entry<String, String> letter : LETTERS.entrySet()) {
      ascii = ascii.replace(letter.getKey(), letter.getValue());
    }
    String name = EDGES.matcher(FOREIGN.matcher(ascii).replaceAll("_")).replaceAll("");
    return SYSTEM.contains(name) ? name + "_" : name;
  }

  /**
   * Cleans the names of a file or a definition.
   *
   * @throws PlatformException {@code TABLE_NO_COLUMNS}, {@code TABLE_TOO_MANY_COLUMNS} or {@code
   *     TABLE_INVALID_COLUMN_NAME}, which names the column by its position
   */
  public static List<String> cleanAll(List<String> raw, int maxColumns) {
    if (raw.isEmpty()) {
      throw new PlatformException(ErrorCode.TABLE_NO_COLUMNS, "The table has no columns.");
    }
    if (raw.size() > maxColumns) {
      throw new PlatformException(
          ErrorCode.TABLE_TOO_MANY_COLUMNS,
          "There are %d columns; a table has at most %d.".formatted(raw.size(), maxColumns));
    }
    Set<String> seen = new HashSet<>();
    return raw.stream().map(text -> cleanOne(text, seen)).toList();
  }

  private static String cleanOne(String text, Set<String> seen) {
    int position = seen.size() + 1;
    if (text.strip().toLowerCase(Locale.ROOT).equals(Identifiers.TIMESTAMP)) {
      throw invalid("Column %d: the name _timestamp is reserved.".formatted(position));
    }
    String name = clean(text);
    if (name.isEmpty()) {
      throw invalid("Column %d has no name.".formatted(position));
    }
    if (name.length() > MAX_LENGTH) {
      throw invalid(
          "Column %d: its name has %d characters; at most %d are allowed."
              .formatted(position, name.length(), MAX_LENGTH));
    }
    if (!seen.add(name)) {
      throw invalid("Column %d: the name %s is there twice.".formatted(position, name));
    }
    return name;
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.TABLE_INVALID_COLUMN_NAME, message);
  }
}
