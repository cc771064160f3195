package io.penstock.warehouse;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Pattern INNER = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?");
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

  /** The text with its Latin letters in ASCII; what is none of them stays. */
  public static String transliterate(String text) {
    String ascii = MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFD)).replaceAll("");
    for (Map.Entry<String, String> letter : LETTERS.entrySet()) {
      ascii = ascii.replace(letter.getKey(), letter.getValue());
    }
    return ascii;
  }

  /** The cleaned name; empty when nothing is left. */
  public static String clean(String raw) {
    String ascii = transliterate(raw);
    String name = EDGES.matcher(FOREIGN.matcher(ascii).replaceAll("_")).replaceAll("");
    return SYSTEM.contains(name) ? name + "_" : name;
  }

  /**
   * Why a name cannot be used as it is, as the end of a sentence that begins with it. Dashes within
   * it are allowed (contract 2.1), though {@link #clean} makes underscores of them; whatever else
   * is cleaned away is told.
   */
  public static Optional<String> problem(String name) {
    if (name.isEmpty()) {
      return Optional.of("is empty: a column needs a name");
    }
    if (name.strip().toLowerCase(Locale.ROOT).equals(Identifiers.TIMESTAMP)) {
      return Optional.of("is reserved: the platform keeps the time of each row in it");
    }
    if (name.length() > MAX_LENGTH) {
      return Optional.of("is too long: %d characters are allowed".formatted(MAX_LENGTH));
    }
    if (SYSTEM.contains(name)) {
      return Optional.of("is a system column of PostgreSQL: it would be called " + clean(name));
    }
    if (!ALLOWED.matcher(name).matches()) {
      return Optional.of(
          "has characters that are not allowed: only letters a to z, digits, underscores and dashes"
              + " are");
    }
    if (!INNER.matcher(name).matches()) {
      return Optional.of(
          "begins or ends with an underscore or a dash, which is taken away from names");
    }
    return Optional.empty();
  }

  /**
   * For a new table, where nothing was there before.
   *
   * @throws PlatformException {@code TABLE_INVALID_COLUMN_NAME} where two of the names differ in
   *     their letters' case at most
   */
  public static void requireDistinct(List<String> names) {
    Map<String, String> seen = new HashMap<>();
    for (String name : names) {
      String other = seen.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
      if (other != null) {
        throw sameInAnyCase(name, other);
      }
    }
  }

  /** The refusal of a name that is another one's but for its letters' case. */
  public static PlatformException sameInAnyCase(String name, String other) {
    return invalid(
        "The columns %s and %s differ in their letters' case only, so that a table cannot have both."
            .formatted(other, name));
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
