package io.penstock.audit.search;

import io.penstock.audit.search.QueryField.Kind;
import java.time.DateTimeException;
import java.util.List;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.Term;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.search.WildcardQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * The query-string syntax over {@link QueryField}s: Lucene's classic grammar, with Elasticsearch's
 * {@code field:>value} and {@code field:*}, without regular expressions, fuzzy terms and leading
 * wildcards. A field that does not exist matches nothing. One instance parses one query.
 */
final class RecordQueryParser extends QueryParser {
  private static final Words WORDS = new Words();

  RecordQueryParser() {
    super(RecordDocument.TEXT, WORDS);
    setSplitOnWhitespace(true);
  }

  @Override
  protected @Nullable Query getFieldQuery(String name, String text, boolean quoted)
      throws ParseException {
    return quoted || isBare(name) ? value(name, text, 0) : comparison(name, text);
  }

  @Override
  protected @Nullable Query getFieldQuery(String name, String text, int slop)
      throws ParseException {
    return value(name, text, slop);
  }

  private @Nullable Query comparison(String name, String text) throws ParseException {
    for (String operator : List.of(">=", "<=", ">", "<")) {
      if (text.startsWith(operator)) {
        String bound = text.substring(operator.length());
        boolean inclusive = operator.endsWith("=");
        return operator.startsWith(">")
            ? getRangeQuery(name, bound, null, inclusive, true)
            : getRangeQuery(name, null, bound, true, inclusive);
      }
    }
    return value(name, text, 0);
  }

  private @Nullable Query value(String name, String text, int slop) throws ParseException {
    if (isBare(name)) {
      return createPhraseQuery(RecordDocument.TEXT, text, slop);
    }
    if (isData(name)) {
      return data(name, text);
    }
    QueryField field = QueryField.of(name);
    if (field == null) {
      return unknown(name);
    }
    return switch (field.kind()) {
      case EXACT, LOWER -> new TermQuery(new Term(field.wholeField(), field.term(text)));
      case WORDS -> createPhraseQuery(field.wireName(), text, slop);
      case NUMBER, TIME -> getRangeQuery(name, text, text, true, true);
    };
  }

  /** The whole value, or all of the words. */
  private static Query data(String path, String text) {
    BooleanQuery.Builder either = new BooleanQuery.Builder();
    String whole = RecordDocument.wholeData(path, text);
    either.add(new TermQuery(new Term(RecordDocument.DATA, whole)), Occur.SHOULD);
    List<String> words = RecordDocument.wordsOf(text);
    if (!words.isEmpty()) {
      BooleanQuery.Builder all = new BooleanQuery.Builder();
      for (String word : words) {
        all.add(new TermQuery(new Term(RecordDocument.DATA, path + "~" + word)), Occur.MUST);
      }
      either.add(all.build(), Occur.SHOULD);
    }
    return either.build();
  }

  @Override
  protected Query getRangeQuery(
      String name,
      @Nullable String lower,
      @Nullable String upper,
      boolean lowerInclusive,
      boolean upperInclusive)
      throws ParseException {
    if (isData(name)) {
      BytesRef from =
          new BytesRef(lower == null ? name + "=" : RecordDocument.wholeData(name, lower));
      BytesRef to =
          new BytesRef(upper == null ? name + ">" : RecordDocument.wholeData(name, upper));
      return new TermRangeQuery(
          RecordDocument.DATA, from, to, lowerInclusive, upper != null && upperInclusive);
    }
    QueryField field = QueryField.of(name);
    if (field == null) {
      return unknown(name);
    }
    return switch (field.kind()) {
      case EXACT, LOWER, WORDS ->
          new TermRangeQuery(
              field.wholeField(),
              lower == null ? null : new BytesRef(field.term(lower)),
              upper == null ? null : new BytesRef(field.term(upper)),
              lowerInclusive,
              upperInclusive);
      case NUMBER -> numbers(field, lower, upper, lowerInclusive, upperInclusive);
      case TIME -> times(lower, upper, lowerInclusive, upperInclusive);
    };
  }

  private static Query numbers(
      QueryField field,
      @Nullable String lower,
      @Nullable String upper,
      boolean withLower,
      boolean withUpper)
      throws ParseException {
    try {
      long from = lower == null ? Long.MIN_VALUE : Long.parseLong(lower);
      long to = upper == null ? Long.MAX_VALUE : Long.parseLong(upper);
      from = withLower || lower == null ? from : Math.addExact(from, 1);
      to = withUpper || upper == null ? to : Math.subtractExact(to, 1);
      return LongField.newRangeQuery(field.wireName(), from, to);
    } catch (NumberFormatException | ArithmeticException _) {
      throw new ParseException("\"" + field.wireName() + "\" is compared with whole numbers");
    }
  }

  private static Query times(
      @Nullable String lower, @Nullable String upper, boolean withLower, boolean withUpper)
      throws ParseException {
    try {
      long from = Long.MIN_VALUE;
      if (lower != null) {
        TimeText time = TimeText.parse(lower);
        from = withLower ? time.from() : time.to();
      }
      long to = Long.MAX_VALUE;
      if (upper != null) {
        TimeText time = TimeText.parse(upper);
        to = (withUpper ? time.to() : time.from()) - 1;
      }
      return LongField.newRangeQuery(RecordDocument.TIME, from, to);
    } catch (DateTimeException _) {
      throw new ParseException("\"created\" is compared with times such as 2030-01-01");
    }
  }

  @Override
  protected Query getPrefixQuery(String name, String text) throws ParseException {
    if (isBare(name)) {
      return new PrefixQuery(new Term(RecordDocument.TEXT, QueryField.lower(text)));
    }
    if (isData(name)) {
      return either(
          new PrefixQuery(new Term(RecordDocument.DATA, RecordDocument.wholeData(name, text))),
          new PrefixQuery(new Term(RecordDocument.DATA, name + "~" + QueryField.lower(text))));
    }
    QueryField field = QueryField.of(name);
    if (field == null) {
      return unknown(name);
    }
    requireText(field);
    Query whole = new PrefixQuery(new Term(field.wholeField(), field.term(text)));
    return field.kind() == Kind.WORDS
        ? either(whole, new PrefixQuery(new Term(field.wireName(), QueryField.lower(text))))
        : whole;
  }

  /** Escapes are still in the text here; {@code *} alone asks whether the field is there. */
  @Override
  protected Query getWildcardQuery(String name, String text) throws ParseException {
    if (text.equals("*")) {
      return existence(name);
    }
    if (text.startsWith("*") || text.startsWith("?")) {
      throw new ParseException("'*' or '?' not allowed as first character");
    }
    if (isBare(name)) {
      return new WildcardQuery(new Term(RecordDocument.TEXT, QueryField.lower(text)));
    }
    QueryField field = QueryField.of(name);
    if (isData(name)) {
      String pattern = RecordDocument.wholeData(escapeWildcards(name), text);
      return new WildcardQuery(new Term(RecordDocument.DATA, pattern));
    }
    if (field == null) {
      return unknown(name);
    }
    requireText(field);
    return new WildcardQuery(new Term(field.wholeField(), field.term(text)));
  }

  /** Numbers and times have no beginning or middle to be compared with. */
  private static void requireText(QueryField field) throws ParseException {
    String range =
        switch (field.kind()) {
          case EXACT, LOWER, WORDS -> null;
          case NUMBER -> "[10 TO 20]";
          case TIME -> "[2030-01-01 TO 2030-01-31]";
        };
    if (range != null) {
      String name = field.wireName();
      throw new ParseException(
          "\"%s\" takes no \"*\" or \"?\" within a value, write a range such as %s:%s"
              .formatted(name, name, range));
    }
  }

  private Query existence(String name) {
    if (isBare(name) || name.equals("*")) {
      return MatchAllDocsQuery.INSTANCE;
    }
    if (isData(name)) {
      return either(
          new PrefixQuery(new Term(RecordDocument.DATA, name + "=")),
          new PrefixQuery(new Term(RecordDocument.DATA, name + ".")));
    }
    QueryField field = QueryField.of(name);
    if (field == QueryField.CREATED) {
      return MatchAllDocsQuery.INSTANCE;
    }
    return field == null
        ? unknown(name)
        : new TermQuery(new Term(RecordDocument.HAS, field.wireName()));
  }

  @Override
  protected Query getRegexpQuery(String name, String text) throws ParseException {
    throw new ParseException(
        "an unescaped \"/\" begins a regular expression, which is not supported");
  }

  @Override
  protected Query getFuzzyQuery(String name, String text, float similarity) throws ParseException {
    throw new ParseException("fuzzy terms (\"~\") are not supported");
  }

  /** {@code NOT a} alone means everything but a. */
  @Override
  protected @Nullable Query getBooleanQuery(List<BooleanClause> clauses) throws ParseException {
    Query query = super.getBooleanQuery(clauses);
    if (query == null || clauses.stream().anyMatch(clause -> clause.occur() != Occur.MUST_NOT)) {
      return query;
    }
    BooleanQuery.Builder rest = new BooleanQuery.Builder();
    clauses.forEach(rest::add);
    return rest.add(MatchAllDocsQuery.INSTANCE, Occur.MUST).build();
  }

  private static Query either(Query one, Query other) {
    return new BooleanQuery.Builder().add(one, Occur.SHOULD).add(other, Occur.SHOULD).build();
  }

  private static boolean isBare(String name) {
    return name.equals(RecordDocument.TEXT);
  }

  private static boolean isData(String name) {
    return name.startsWith("params.") || name.startsWith("results.");
  }

  private static String escapeWildcards(String name) {
    return name.replaceAll("[*?\\\\]", "\\\\$0");
  }

  private static Query unknown(String name) {
    return new MatchNoDocsQuery("no field " + name);
  }
}
