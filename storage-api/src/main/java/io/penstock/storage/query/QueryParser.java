package io.penstock.storage.query;

import io.penstock.storage.query.QueryNode.Clause;
import io.penstock.storage.query.QueryNode.Clauses;
import io.penstock.storage.query.QueryNode.Occur;
import io.penstock.storage.query.QueryNode.QueryText;
import io.penstock.storage.query.QueryNode.Range;
import io.penstock.storage.query.QueryNode.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the query-string syntax by recursive descent: words, {@code field:value}, phrases, {@code
 * AND}, {@code OR}, {@code NOT}, {@code +}, {@code -}, parentheses, {@code *} and {@code ?} but not
 * at a beginning, ranges and comparisons. {@code AND} binds closer than {@code OR}; what stands
 * side by side is joined by {@code OR}. Regular expressions and fuzzy words are refused. Text,
 * depth and number of clauses are bounded. One instance reads one text.
 */
final class QueryParser {
  private static final int LONGEST = 4000;
  private static final int DEEPEST = 20;
  private static final int MOST_CLAUSES = 200;
  private static final int MOST_WILDCARDS = 10;
  private static final Set<String> OPERATORS = Set.of("AND", "OR", "NOT", "&&", "||");
  private static final String ENDS_A_TERM = "\"()[]{}:^~/";

  private final String text;
  private int at;
  private int depth;
  private int clauses;

  private QueryParser(String text) {
    this.text = text;
  }

  static QueryNode parse(String text) {
    if (text.length() > LONGEST) {
      throw QuerySyntax.because("longer than " + LONGEST + " characters");
    }
    QueryParser parser = new QueryParser(text);
    QueryNode query = parser.list(null);
    if (parser.at < text.length()) {
      throw parser.unexpected();
    }
    return query;
  }

  /** Clauses up to a closing parenthesis or the end. */
  private QueryNode list(@Nullable String field) {
    if (++depth > DEEPEST) {
      throw QuerySyntax.because("more than " + DEEPEST + " parentheses inside each other");
    }
    List<Clause> list = new ArrayList<>();
    do {
      list.add(conjunction(field));
    } while (takeOperator("OR", "||") || !isAtEnd());
    depth--;
    return list.size() == 1 && list.getFirst().occur() != Occur.MUST_NOT
        ? list.getFirst().node()
        : new Clauses(List.copyOf(list));
  }

  private Clause conjunction(@Nullable String field) {
    Clause first = clause(field);
    if (!takeOperator("AND", "&&")) {
      return first;
    }
    List<Clause> all = new ArrayList<>();
    all.add(required(first));
    do {
      all.add(required(clause(field)));
    } while (takeOperator("AND", "&&"));
    return new Clause(Occur.SHOULD, new Clauses(List.copyOf(all)));
  }

  private static Clause required(Clause clause) {
    return clause.occur() == Occur.MUST_NOT ? clause : new Clause(Occur.MUST, clause.node());
  }

  private Clause clause(@Nullable String field) {
    if (++clauses > MOST_CLAUSES) {
      throw QuerySyntax.because("more than " + MOST_CLAUSES + " clauses");
    }
    skipSpace();
    Occur occur = Occur.SHOULD;
    if (takeWord("NOT") || takeSign('!') || takeSign('-')) {
      occur = Occur.MUST_NOT;
    } else if (takeSign('+')) {
      occur = Occur.MUST;
    }
    skipSpace();
    return new Clause(occur, boosted(primary(field)));
  }

  /** How much a clause counts decides nothing here. */
  private QueryNode boosted(QueryNode node) {
    if (takeSign('^')) {
      int from = at;
      while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
        at++;
      }
      if (at == from) {
        throw QuerySyntax.because("a number is missing behind \"^\"");
      }
    }
    return node;
  }

  private QueryNode primary(@Nullable String field) {
    if (takeSign('(')) {
      QueryNode inner = list(field);
      if (!takeSign(')')) {
        throw QuerySyntax.because("a parenthesis is not closed");
      }
      return inner;
    }
    if (field == null && isTermNext()) {
      int begin = at;
      String name = term().plain();
      if (takeSign(':')) {
        return ofField(name);
      }
      at = begin;
    }
    return value(field);
  }

  private QueryNode ofField(String name) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == '(') {
      return primary(name);
    }
    if (at < text.length() && "[{".indexOf(text.charAt(at)) >= 0) {
      return range(name);
    }
    for (String operator : List.of(">=", "<=", ">", "<")) {
      if (text.startsWith(operator, at)) {
        at += operator.length();
        skipSpace();
        String bound = bound();
        boolean with = operator.length() == 2;
        return operator.startsWith(">")
            ? new Range(name, bound, null, with, true)
            : new Range(name, null, bound, true, with);
      }
    }
    return value(name);
  }

  private QueryNode value(@Nullable String field) {
    if (at >= text.length()) {
      throw QuerySyntax.because("it ends where a word is expected");
    }
    if (text.charAt(at) == '"') {
      return new Value(field, new QueryText(phrase(), null));
    }
    int begin = at;
    if (!isTermNext()) {
      throw unexpected();
    }
    QueryText term = term();
    if (OPERATORS.contains(text.substring(begin, at))) {
      throw QuerySyntax.because("\"%s\" joins two clauses".formatted(term.plain()));
    }
    return new Value(field, term);
  }

  private Range range(String field) {
    boolean withLower = text.charAt(at++) == '[';
    skipSpace();
    String lower = bound();
    skipSpace();
    if (!takeWord("TO")) {
      throw QuerySyntax.because("\"TO\" is missing in a range");
    }
    skipSpace();
    String upper = bound();
    skipSpace();
    if (at >= text.length() || "]}".indexOf(text.charAt(at)) < 0) {
      throw QuerySyntax.because("a range is not closed");
    }
    boolean withUpper = text.charAt(at++) == ']';
    return new Range(field, lower, upper, withLower, withUpper);
  }

  /** A bound of a range; null for {@code *}. Times may hold colons. */
  private @Nullable String bound() {
    if (at < text.length() && text.charAt(at) == '"') {
      return phrase();
    }
    int from = at;
    while (at < text.length()
        && !isSpace(text.charAt(at))
        && "\"()[]{}".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (at == from) {
      throw QuerySyntax.because("a bound is missing");
    }
    String bound = text.substring(from, at);
    return bound.equals("*") ? null : bound.replace("\\", "");
  }

  private String phrase() {
    StringBuilder phrase = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return phrase.toString();
      }
      if (c == '\\' && ++at == text.length()) {
        break;
      }
      phrase.append(text.charAt(at));
    }
    throw QuerySyntax.because("a quotation mark is not closed");
  }

  private QueryText term() {
    StringBuilder plain = new StringBuilder();
    StringBuilder pattern = new StringBuilder();
    int wildcards = 0;
    while (at < text.length() && !endsTerm(text.charAt(at))) {
      char c = text.charAt(at++);
      boolean escaped = c == '\\';
      if (escaped) {
        if (at == text.length()) {
          throw QuerySyntax.because("nothing follows the last backslash");
        }
        c = text.charAt(at++);
      }
      boolean wildcard = !escaped && (c == '*' || c == '?');
      if (wildcard && ++wildcards > MOST_WILDCARDS) {
        throw QuerySyntax.because("a term has more than " + MOST_WILDCARDS + " wildcards");
      }
      if (wildcard && plain.isEmpty() && (c == '?' || !isTermOver())) {
        throw QuerySyntax.because("'*' or '?' not allowed as first character");
      }
      plain.append(c);
      pattern.append(wildcard ? (c == '*' ? "%" : "_") : escapedForLike(c));
    }
    return new QueryText(plain.toString(), wildcards > 0 ? pattern.toString() : null);
  }

  private static String escapedForLike(char c) {
    return c == '%' || c == '_' || c == '\\' ? "\\" + c : Character.toString(c);
  }

  private boolean isTermOver() {
    return at >= text.length() || endsTerm(text.charAt(at));
  }

  private boolean isTermNext() {
    return at < text.length()
        && !endsTerm(text.charAt(at))
        && "!+-<>=".indexOf(text.charAt(at)) < 0;
  }

  private static boolean endsTerm(char c) {
    return isSpace(c) || ENDS_A_TERM.indexOf(c) >= 0;
  }

  private boolean isAtEnd() {
    skipSpace();
    return at >= text.length() || text.charAt(at) == ')';
  }

  private boolean takeOperator(String word, String sign) {
    skipSpace();
    if (text.startsWith(sign, at)) {
      at += sign.length();
      return true;
    }
    return takeWord(word);
  }

  private boolean takeWord(String word) {
    int end = at + word.length();
    if (!text.startsWith(word, at) || (end < text.length() && !endsTerm(text.charAt(end)))) {
      return false;
    }
    at = end;
    return true;
  }

  private boolean takeSign(char sign) {
    if (at >= text.length() || text.charAt(at) != sign) {
      return false;
    }
    at++;
    return true;
  }

  private void skipSpace() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || c == '\u3000';
  }

  private RuntimeException unexpected() {
    if (at >= text.length()) {
      return QuerySyntax.because("it ends too early");
    }
    return switch (text.charAt(at)) {
      case '/' ->
          QuerySyntax.because(
              "an unescaped \"/\" begins a regular expression, which is not supported");
      case '~' -> QuerySyntax.because("fuzzy terms (\"~\") are not supported");
      default ->
          QuerySyntax.because(
              "\"%c\" is not expected at character %d".formatted(text.charAt(at), at + 1));
    };
  }
}
