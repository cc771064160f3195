package io.penstock.storage.query;

/**
 * A field that a query may name.
 *
 * @param sql a column, or an expression over columns; never holds anything of a caller
 */
public record QueryField(Kind kind, String sql) {

  /** How values are compared. */
  public enum Kind {
    /** A text, word by word, in any case; the expression is the text itself. */
    WORDS,
    /** As {@link #WORDS}; the expression is what {@code words_of} made of the text. */
    STORED_WORDS,
    /** A text as a whole, with its case. */
    EXACT,
    /** One of an array's texts, each as a whole; the array is never NULL. An index can help. */
    LIST,
    /** A whole number. */
    NUMBER,
    /** {@code true} or {@code false}. */
    FLAG,
    /** A time; a date stands for its whole day. */
    TIME
  }
}
