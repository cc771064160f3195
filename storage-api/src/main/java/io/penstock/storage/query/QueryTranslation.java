package io.penstock.storage.query;

import io.penstock.storage.query.QueryField.Kind;
import io.penstock.storage.query.QueryNode.Clauses;
import io.penstock.storage.query.QueryNode.Occur;
import io.penstock.storage.query.QueryNode.QueryText;
import io.penstock.storage.query.QueryNode.Range;
import io.penstock.storage.query.QueryNode.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes SQL of a query. What callers wrote is bound, never part of the text. */
final class QueryTranslation {
  private final Map<String, QueryField> fields;
  private final Iterable<QueryField> bare;
  private final Map<String, Object> values = new LinkedHashMap<>();

  QueryTranslation(Map<String, QueryField> fields, Iterable<QueryField> bare) {
    this.fields = fields;
    this.bare = bare;
  }

  Map<String, Object> values() {
    return values;
  }

  String of(QueryNode node) {
    return switch (node) {
      case Clauses(var clauses) -> clauses(clauses);
      case Value(var field, var text) -> field == null ? anywhere(text) : value(field, text);
      case Range range -> range(range);
    };
  }

  private String clauses(List<QueryNode.Clause> clauses) {
    List<String> all = new ArrayList<>();
    List<String> some = new ArrayList<>();
    for (QueryNode.Clause clause : clauses) {
      String sql = of(clause.node());
      switch (clause.occur()) {
        case MUST -> all.add(sql);
        case MUST_NOT -> all.add("NOT " + sql);
        case SHOULD -> some.add(sql);
      }
    }
    boolean needsOne = clauses.stream().noneMatch(clause -> clause.occur() == Occur.MUST);
    if (needsOne && !some.isEmpty()) {
      all.add(joined(" OR ", some));
    }
    boolean onlyOne = all.size() == 1 && !all.getFirst().startsWith("NOT");
    return onlyOne ? all.getFirst() : joined(" AND ", all);
  }

  private static String joined(String operator, List<String> parts) {
    return "(" + String.join(operator, parts) + ")";
  }

  private String anywhere(QueryText text) {
    if ("*".equals(text.plain()) && text.pattern() != null) {
      return "(true)";
    }
    List<String> places = new ArrayList<>();
    for (QueryField field : bare) {
      places.add(value(field, text));
    }
    return joined(" OR ", places);
  }

  private String value(String name, QueryText text) {
    if (name.equals("*")) {
      return anywhere(text);
    }
    QueryField field = fields.get(name);
    if (field == null) {
      return "(false)";
    }
    return "*".equals(text.plain()) && text.pattern() != null ? there(field) : value(field, text);
  }

  private static String there(QueryField field) {
    return field.kind() == Kind.LIST
        ? "(cardinality(%s) > 0)".formatted(field.sql())
        : "(%s IS NOT NULL)".formatted(field.sql());
  }

  private String value(QueryField field, QueryText text) {
    String pattern = text.pattern();
    String sql = field.sql();
    return switch (field.kind()) {
      case WORDS -> words("words_of(" + sql + ")", text);
      case STORED_WORDS -> words(sql, text);
      case EXACT ->
          pattern == null
              ? known("%s = :%s".formatted(sql, bind(text.plain())))
              : known("%s LIKE :%s".formatted(sql, bind(pattern)));
      case LIST ->
          pattern == null
              ? "(%s @> ARRAY[:%s]::text[])".formatted(sql, bind(text.plain()))
              : "(EXISTS (SELECT 1 FROM unnest(%s) AS one(item) WHERE item LIKE :%s))"
                  .formatted(sql, bind(pattern));
      case NUMBER ->
          pattern == null
              ? known("%s = :%s".formatted(sql, bind(QueryBounds.number(text.plain()))))
              : known("CAST(%s AS text) LIKE :%s".formatted(sql, bind(pattern)));
      case FLAG -> known("%s = :%s".formatted(sql, bind(flag(text.plain()))));
      case TIME -> range(field, text.plain(), text.plain(), true, true);
    };
  }

  /** The words one after the other; with a star at its end the last one may go on. */
  private String words(String column, QueryText text) {
    String pattern = text.pattern();
    if (pattern == null) {
      return known("strpos(%s, words_of(:%s)) > 0".formatted(column, bind(text.plain())));
    }
    boolean onlyAtEnd = pattern.indexOf('%') == pattern.length() - 1 && !hasSingle(pattern);
    if (onlyAtEnd) {
      String begun = text.plain().substring(0, text.plain().length() - 1);
      return known(
          "length(words_of(:%2$s)) > 2 AND strpos(%1$s, rtrim(words_of(:%2$s))) > 0"
              .formatted(column, bind(begun)));
    }
    return known(
        ("EXISTS (SELECT 1 FROM regexp_split_to_table(btrim(%s), ' ') AS one(word) WHERE word LIKE"
                + " lower(:%s))")
            .formatted(column, bind(pattern)));
  }

  /** A {@code ?} that is a wildcard. */
  private static boolean hasSingle(String pattern) {
    return pattern.replace("\\_", "").indexOf('_') >= 0;
  }

  private static boolean flag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0", "" -> false;
      default -> throw QuerySyntax.because("a flag is \"true\" or \"false\"");
    };
  }

  private String range(Range range) {
    String name = range.field();
    QueryField field = name == null ? null : fields.get(name);
    return field == null
        ? "(false)"
        : range(field, range.lower(), range.upper(), range.withLower(), range.withUpper());
  }

  private String range(
      QueryField field,
      @Nullable String lower,
      @Nullable String upper,
      boolean withLower,
      boolean withUpper) {
    if (field.kind() == Kind.FLAG || (lower == null && upper == null)) {
      return there(field);
    }
    String from = lower == null ? "" : above(field, lower, withLower);
    String to = upper == null ? "" : below(field, upper, withUpper);
    String both = from.isEmpty() || to.isEmpty() ? from + to : from + " AND " + to;
    return field.kind() == Kind.LIST
        ? "(EXISTS (SELECT 1 FROM unnest(%s) AS one(item) WHERE %s))".formatted(field.sql(), both)
        : known(both);
  }

  private String above(QueryField field, String bound, boolean included) {
    return switch (field.kind()) {
      case TIME ->
          "%s >= :%s"
              .formatted(
                  field.sql(), bind(included ? QueryBounds.begin(bound) : QueryBounds.end(bound)));
      case NUMBER -> compare(field, included ? ">=" : ">", bind(QueryBounds.number(bound)));
      default -> compare(field, included ? ">=" : ">", bind(bound));
    };
  }

  private String below(QueryField field, String bound, boolean included) {
    return switch (field.kind()) {
      case TIME ->
          "%s < :%s"
              .formatted(
                  field.sql(), bind(included ? QueryBounds.end(bound) : QueryBounds.begin(bound)));
      case NUMBER -> compare(field, included ? "<=" : "<", bind(QueryBounds.number(bound)));
      default -> compare(field, included ? "<=" : "<", bind(bound));
    };
  }

  private static String compare(QueryField field, String operator, String name) {
    return switch (field.kind()) {
      case LIST -> "item %s :%s".formatted(operator, name);
      case STORED_WORDS ->
          "btrim(%s) %s btrim(words_of(:%s))".formatted(field.sql(), operator, name);
      default -> "%s %s :%s".formatted(field.sql(), operator, name);
    };
  }

  private String bind(Object value) {
    String name = "q" + values.size();
    values.put(name, value);
    return name;
  }

  /** A column without a value matches nothing, and its negation everything. */
  private static String known(String condition) {
    return "((" + condition + ") IS TRUE)";
  }
}
