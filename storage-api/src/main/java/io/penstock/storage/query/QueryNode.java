package io.penstock.storage.query;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a query consists of. */
sealed interface QueryNode {

  /** Whether a clause must hold, must not, or is one of several of which one is enough. */
  enum Occur {
    SHOULD,
    MUST,
    MUST_NOT
  }

  /** One part of a list. */
  record Clause(Occur occur, QueryNode node) {}

  /** Clauses as Lucene takes them: all that must, none that must not, else one of the others. */
  record Clauses(List<Clause> clauses) implements QueryNode {}

  /**
   * A value.
   *
   * @param field null: whatever bare words mean
   */
  record Value(@Nullable String field, QueryText text) implements QueryNode {}

  /**
   * Everything between two bounds.
   *
   * @param lower null: open
   * @param upper null: open
   */
  record Range(
      @Nullable String field,
      @Nullable String lower,
      @Nullable String upper,
      boolean withLower,
      boolean withUpper)
      implements QueryNode {}

  /**
   * A term or phrase.
   *
   * @param plain without escapes
   * @param pattern for LIKE; null: there is no wildcard in it
   */
  record QueryText(String plain, @Nullable String pattern) {}
}
