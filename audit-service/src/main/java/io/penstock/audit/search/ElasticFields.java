package io.penstock.audit.search;

import co.elastic.clients.elasticsearch._types.mapping.DynamicMapping;
import co.elastic.clients.elasticsearch._types.mapping.Property;
import co.elastic.clients.elasticsearch._types.mapping.TypeMapping;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.util.BytesRef;

/**
 * A {@link RecordDocument} as Elasticsearch takes it: the same fields under names that it allows,
 * with the same terms. Words are cut here, so that no analyzer of the cluster's could cut them
 * otherwise than a query's.
 */
final class ElasticFields {
  /** Changes with every change of the mapping. */
  static final String VERSION = "1";

  /** The record, a text of JSON inside the document; all that is stored. */
  static final String SOURCE = "record";

  static final String TIME = name(RecordDocument.TIME);
  static final String ID = name(RecordDocument.ID);

  /** Splits at white space: between words that were cut before. */
  static final String ANALYZER = "whitespace";

  private static final Words WORDS = new Words();

  private ElasticFields() {}

  /** {@code token.name#} is {@code token_name_whole}; {@code _time} is {@code record_time}. */
  static String name(String field) {
    String plain = field.startsWith("_") ? "record" + field : field;
    return plain.replace("#", "_whole").replace('.', '_');
  }

  static TypeMapping mapping() {
    Map<String, Property> fields = new LinkedHashMap<>();
    fields.put(SOURCE, Property.of(p -> p.text(t -> t.index(false).norms(false))));
    fields.put(TIME, number());
    fields.put(ID, keyword(true));
    for (String filter :
        List.of(
            RecordDocument.PROJECT,
            RecordDocument.TOKEN,
            RecordDocument.OBJECT,
            RecordDocument.HAS,
            RecordDocument.DATA)) {
      fields.put(name(filter), keyword(false));
    }
    fields.put(name(RecordDocument.TEXT), words());
    for (QueryField field : QueryField.values()) {
      switch (field.kind()) {
        case EXACT, LOWER -> {
          fields.put(name(field.wholeField()), keyword(RecordCounts.isCounted(field)));
        }
        case WORDS -> {
          fields.put(name(field.wireName()), words());
          fields.put(name(field.wholeField()), keyword(false));
        }
        case NUMBER -> fields.put(name(field.wireName()), number());
        case TIME -> {
          // is the record's time
        }
      }
    }
    return TypeMapping.of(
        m ->
            m.dynamic(DynamicMapping.Strict)
                .source(source -> source.includes(SOURCE))
                .properties(fields));
  }

  private static Property keyword(boolean column) {
    return Property.of(p -> p.keyword(k -> k.docValues(v -> v.enabled(column))));
  }

  private static Property words() {
    return Property.of(p -> p.text(t -> t.analyzer(ANALYZER).norms(false)));
  }

  private static Property number() {
    return Property.of(p -> p.long_(n -> n));
  }

  /** The members of the document to be sent. */
  static Map<String, Object> document(Document record) {
    Map<String, Object> members = new LinkedHashMap<>();
    Map<String, List<Object>> lists = new LinkedHashMap<>();
    for (IndexableField field : record) {
      if (field.name().equals(RecordDocument.SOURCE)) {
        members.put(SOURCE, text(field.binaryValue()));
      } else {
        lists.computeIfAbsent(name(field.name()), _ -> new ArrayList<>()).add(value(field));
      }
    }
    members.putAll(lists);
    return members;
  }

  private static Object value(IndexableField field) {
    if (field.fieldType().tokenized()) {
      return words(field.stringValue());
    }
    if (field.fieldType().docValuesType() == DocValuesType.SORTED_NUMERIC) {
      return field.numericValue();
    }
    String text = field.stringValue();
    return text == null ? text(field.binaryValue()) : text;
  }

  private static String text(BytesRef bytes) {
    return new String(bytes.bytes, bytes.offset, bytes.length, StandardCharsets.UTF_8);
  }

  /** Words with a space between them. */
  static String words(String text) {
    StringBuilder words = new StringBuilder(text.length());
    try (TokenStream tokens = WORDS.tokenStream("", new StringReader(text))) {
      CharTermAttribute word = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        if (!words.isEmpty()) {
          words.append(' ');
        }
        words.append(word);
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return words.toString();
  }
}
