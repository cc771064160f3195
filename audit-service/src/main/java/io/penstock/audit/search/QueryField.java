package io.penstock.audit.search;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a query may name (contract, chapter 2.9, and those of calls); the index has
 * further ones for filters.
 */
enum QueryField {
  EVENT("event", Kind.EXACT),
  COMPONENT("component", Kind.EXACT),
  OBJECT_ID("objectId", Kind.EXACT),
  OBJECT_TYPE("objectType", Kind.EXACT),
  RUN_ID("runId", Kind.EXACT),
  TOKEN_ID("token.id", Kind.EXACT),
  CONFIGURATION_ID("configurationId", Kind.EXACT),
  EXCEPTION_ID("exceptionId", Kind.EXACT),
  ADDRESS("address", Kind.EXACT),
  /** A record's UUID or number. */
  ID("id", Kind.EXACT),
  TYPE("type", Kind.LOWER),
  KIND("kind", Kind.LOWER),
  OUTCOME("outcome", Kind.LOWER),
  MESSAGE("message", Kind.WORDS),
  DESCRIPTION("description", Kind.WORDS),
  OBJECT_NAME("objectName", Kind.WORDS),
  TOKEN_NAME("token.name", Kind.WORDS),
  STATUS("status", Kind.NUMBER),
  NUMBER("number", Kind.NUMBER),
  DURATION("durationMillis", Kind.NUMBER),
  CREATED("created", Kind.TIME);

  /** How values are compared. */
  enum Kind {
    /** As a whole, with its case. */
    EXACT,
    /** As a whole, in lower case. */
    LOWER,
    /** Word by word; prefixes also of the whole. */
    WORDS,
    NUMBER,
    TIME
  }

  /** Longer values are compared by their beginning; Lucene's limit is 32,766 bytes. */
  private static final int LONGEST_TERM = 1024;

  private static final Map<String, QueryField> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(QueryField::wireName, Function.identity()));
  private static final Map<String, QueryField> ALIASES =
      Map.of("operation", EVENT, "uuid", ID, "time", CREATED);

  private final String wireName;
  private final Kind kind;

  QueryField(String wireName, Kind kind) {
    this.wireName = wireName;
    this.kind = kind;
  }

  static @Nullable QueryField of(String name) {
    QueryField field = BY_NAME.get(name);
    return field == null ? ALIASES.get(name) : field;
  }

  String wireName() {
    return wireName;
  }

  Kind kind() {
    return kind;
  }

  /** The index's field that holds whole values. */
  String wholeField() {
    return kind == Kind.WORDS ? wireName + "#" : wireName;
  }

  /** A value as the term that stands in the index for it. */
  String term(String value) {
    return kind == Kind.EXACT ? shorten(value) : lower(value);
  }

  static String lower(String value) {
    return shorten(value).toLowerCase(Locale.ROOT);
  }

  private static String shorten(String value) {
    return value.length() <= LONGEST_TERM ? value : value.substring(0, LONGEST_TERM);
  }
}
