package io.penstock.warehouse;

/**
 * Text as an SQL literal, for {@code COPY}, which takes no parameters, and for defaults in DDL.
 * Everything else binds its values.
 */
public final class Literals {
  private Literals() {}

  /**
   * A string constant under {@code standard_conforming_strings = on} (the default, and what {@link
   * TableStatement#copyText} demands): only the quote is special, a backslash is an ordinary
   * character. See <a
   * href="https://www.postgresql.org/docs/18/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS">4.1.2.1</a>.
   *
   * @throws IllegalArgumentException for a NUL or half a surrogate pair: no text column can hold
   *     either
   */
  public static String quote(String text) {
    if (!isText(text)) {
      throw new IllegalArgumentException("Not a text that the warehouse can hold");
    }
    return "'" + text.replace("'", "''") + "'";
  }

  /** Whether a text column can hold it. */
  static boolean isText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (c == '\0' || (Character.isSurrogate(c) && !pair)) {
        return false;
      }
      if (pair) {
        i++;
      }
    }
    return true;
  }
}
