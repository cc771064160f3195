package io.penstock.audit.search;

import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KeywordField;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.jspecify.annotations.Nullable;

/** A record as the index sees it. Fields that begin with {@code _} are out of a query's reach. */
final class RecordDocument {
  /** Changes with every change of the fields: an index of another version is made anew. */
  static final String VERSION = "2";

  static final String ID = "_id";

  /** A {@link KeptRecord} as JSON. */
  static final String SOURCE = "_source";

  static final String TIME = "_time";
  static final String PROJECT = "_project";
  static final String TOKEN = "_token";
  static final String OBJECT = "_object";

  /** What a bare word is looked for in. */
  static final String TEXT = "_text";

  /** Names of the fields that a record has. */
  static final String HAS = "_has";

  /**
   * {@code params.source.fileName=users.csv} and, word by word, {@code
   * params.source.fileName~users}.
   */
  static final String DATA = "_data";

  static final String NO_PROJECT = "none";

  private static final int MOST_VALUES = 500;
  private static final int DEEPEST = 8;
  private static final int LONGEST_TEXT = 64 << 10;
  private static final int LONGEST_PATH = 256;
  private static final int LONGEST_INDEXED_VALUE = 4096;

  private final Document document = new Document();
  private int values;

  private RecordDocument() {}

  static Document of(KeptRecord kept) {
    return new RecordDocument().add(kept);
  }

  /** The order of records, in microseconds since 1970. */
  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  static String project(@Nullable Long projectId) {
    return projectId == null ? NO_PROJECT : Long.toString(projectId);
  }

  private Document add(KeptRecord kept) {
    AuditRecord record = kept.record();
    AuditRecord.Actor actor = record.actor();
    AuditRecord.AuditObject object = record.object();
    document.add(new KeywordField(ID, record.id().toString(), Store.NO));
    document.add(new LongField(TIME, micros(record.time()), Store.NO));
    document.add(new StringField(PROJECT, project(record.projectId()), Store.NO));
    document.add(new StoredField(SOURCE, Json.mapper().writeValueAsBytes(kept)));
    if (actor.type().equals("token") && actor.id() != null) {
      document.add(new StringField(TOKEN, QueryField.TOKEN_ID.term(actor.id()), Store.NO));
    }
    if (object.type() != null && object.id() != null) {
      String key = QueryField.OBJECT_ID.term(object.type() + ":" + object.id());
      document.add(new StringField(OBJECT, key, Store.NO));
    }
    keyword(QueryField.ID, record.id().toString());
    if (record.number() > 0) {
      keyword(QueryField.ID, Long.toString(record.number()));
      number(QueryField.NUMBER, record.number());
    }
    keywords(record);
    number(QueryField.STATUS, record.status());
    number(QueryField.DURATION, record.durationMillis());
    words(QueryField.MESSAGE, record.message());
    words(QueryField.DESCRIPTION, record.description());
    words(QueryField.OBJECT_NAME, object.name());
    words(QueryField.TOKEN_NAME, actor.description());
    text(record.operation());
    text(object.id());
    data("params", record.params(), 0);
    data("results", record.results(), 0);
    return document;
  }

  private void keywords(AuditRecord record) {
    keyword(QueryField.EVENT, record.operation());
    keyword(QueryField.COMPONENT, record.component());
    keyword(QueryField.OBJECT_ID, record.object().id());
    keyword(QueryField.OBJECT_TYPE, record.object().type());
    keyword(QueryField.RUN_ID, record.runId());
    keyword(QueryField.TOKEN_ID, record.actor().id());
    keyword(QueryField.CONFIGURATION_ID, record.configurationId());
    keyword(QueryField.EXCEPTION_ID, record.exceptionId());
    keyword(QueryField.ADDRESS, record.source().address());
    keyword(QueryField.TYPE, record.type());
    keyword(QueryField.KIND, record.kind().name());
    keyword(QueryField.OUTCOME, record.outcome().name());
  }

  private void keyword(QueryField field, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      String term = field.term(value);
      document.add(
          RecordCounts.isCounted(field)
              ? new KeywordField(field.wholeField(), term, Store.NO)
              : new StringField(field.wholeField(), term, Store.NO));
      document.add(new StringField(HAS, field.wireName(), Store.NO));
    }
  }

  private void words(QueryField field, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      keyword(field, value);
      document.add(new TextField(field.wireName(), cut(value), Store.NO));
      text(value);
    }
  }

  private void text(@Nullable String value) {
    if (value != null) {
      document.add(new TextField(TEXT, cut(value), Store.NO));
    }
  }

  private void number(QueryField field, long value) {
    document.add(new LongField(field.wireName(), value, Store.NO));
    document.add(new StringField(HAS, field.wireName(), Store.NO));
  }

  /**
   * One index field for all paths: callers choose the paths, and every field of an index costs
   * memory for good.
   */
  private void data(String path, @Nullable Object value, int depth) {
    if (depth > DEEPEST || path.length() > LONGEST_PATH || values >= MOST_VALUES) {
      return;
    }
    switch (value) {
      case null -> {}
      case Map<?, ?> map -> map.forEach((name, inner) -> data(path + "." + name, inner, depth + 1));
      case List<?> list -> list.forEach(inner -> data(path, inner, depth + 1));
      default -> {
        String text = value.toString();
        values++;
        document.add(new StringField(DATA, wholeData(path, text), Store.NO));
        wordsOf(text)
            .forEach(word -> document.add(new StringField(DATA, path + "~" + word, Store.NO)));
      }
    }
  }

  static String wholeData(String path, String value) {
    return path + "=" + QueryField.lower(value);
  }

  static List<String> wordsOf(String text) {
    String shortened =
        text.length() > LONGEST_INDEXED_VALUE ? text.substring(0, LONGEST_INDEXED_VALUE) : text;
    return java.util.regex.Pattern.compile("[^\\p{L}\\p{Nd}]+")
        .splitAsStream(shortened.toLowerCase(Locale.ROOT))
        .filter(word -> !word.isEmpty())
        .distinct()
        .limit(200)
        .toList();
  }

  private static String cut(String text) {
    return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
  }
}
