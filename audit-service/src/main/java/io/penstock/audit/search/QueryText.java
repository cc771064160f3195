package io.penstock.audit.search;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;
import org.jspecify.annotations.Nullable;

/** A caller's query, bounded before anything parses it. */
final class QueryText {
  private static final int LONGEST = 4000;
  private static final int DEEPEST = 20;

  private QueryText() {}

  /**
   * @throws PlatformException {@code QUERY_SYNTAX}, with a text that begins {@code Failed to parse
   *     query}
   */
  static Query parse(String text) {
    if (text.length() > LONGEST) {
      throw syntax("longer than " + LONGEST + " characters", null);
    }
    if (nesting(text) > DEEPEST) {
      throw syntax("more than " + DEEPEST + " parentheses inside each other", null);
    }
    try {
      return new RecordQueryParser().parse(text);
    } catch (ParseException e) {
      throw syntax(reason(e), e);
    } catch (IndexSearcher.TooManyClauses e) {
      throw syntax("too many terms", e);
    } catch (TooComplexToDeterminizeException e) {
      throw syntax("too many \"*\" and \"?\" in one term", e);
    } catch (IllegalArgumentException e) {
      throw syntax("a boost or another number is out of range", e);
    }
  }

  static PlatformException syntax(String reason, @Nullable Throwable cause) {
    return new PlatformException(
        ErrorCode.QUERY_SYNTAX, "Failed to parse query: " + reason + ".", cause);
  }

  /** The first line of the parser's own words; what follows lists its grammar's tokens. */
  private static String reason(ParseException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String message = cause.getMessage();
    if (message == null) {
      return "not understood";
    }
    String line = message.strip().lines().findFirst().orElse("not understood").strip();
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }

  private static int nesting(String text) {
    int depth = 0;
    int deepest = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> i++;
        case '"' -> quoted = !quoted;
        case '(' -> deepest = quoted ? deepest : Math.max(deepest, ++depth);
        case ')' -> depth = quoted ? depth : depth - 1;
        default -> {}
      }
    }
    return deepest;
  }
}
