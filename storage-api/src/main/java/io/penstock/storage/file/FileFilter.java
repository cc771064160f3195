package io.penstock.storage.file;

import io.penstock.storage.access.Caller;
import io.penstock.storage.query.QueryCondition;
import io.penstock.storage.query.QueryField;
import io.penstock.storage.query.QueryField.Kind;
import io.penstock.storage.web.Params;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which files a list shows (chapter 2.7), as conditions of a WHERE clause with named parameters;
 * values are always bound.
 */
record FileFilter(String where, Map<String, Object> values, long limit, long offset) {
  private static final int MAX_LIMIT = 1000;
  private static final int MAX_OFFSET = 100_000_000;
  private static final int MAX_TAGS = 100;

  /** As {@link StoredFile#fileType} has it. */
  private static final String FILE_TYPE =
      "substring(regexp_replace(name, '[.]gz$', '', 'i') from '[.]([^.]*)$')";

  private static final QueryField NAME = new QueryField(Kind.STORED_WORDS, "name_words");
  private static final QueryField TAGS = new QueryField(Kind.LIST, "tags");
  private static final QueryField RUNS = new QueryField(Kind.LIST, "run_ids");
  private static final Map<String, QueryField> FIELDS =
      Map.ofEntries(
          Map.entry("name", NAME),
          Map.entry("tags", TAGS),
          Map.entry("runId", RUNS),
          Map.entry("runIds", RUNS),
          Map.entry("id", new QueryField(Kind.NUMBER, "id")),
          Map.entry("created", new QueryField(Kind.TIME, "created_at")),
          Map.entry("sizeBytes", new QueryField(Kind.NUMBER, "size_bytes")),
          Map.entry("maxAgeDays", new QueryField(Kind.NUMBER, "max_age_days")),
          Map.entry("fileType", new QueryField(Kind.WORDS, FILE_TYPE)),
          Map.entry("provider", new QueryField(Kind.WORDS, "CAST('aws' AS text)")),
          Map.entry("region", new QueryField(Kind.WORDS, "CAST(:region AS text)")),
          Map.entry("contentType", new QueryField(Kind.EXACT, "content_type")),
          Map.entry("isSliced", new QueryField(Kind.FLAG, "sliced")),
          Map.entry("isEncrypted", new QueryField(Kind.FLAG, "encrypted")),
          Map.entry("isPublic", new QueryField(Kind.FLAG, "false")),
          Map.entry("creatorToken.id", new QueryField(Kind.NUMBER, "token_id")),
          Map.entry("creatorToken.description", new QueryField(Kind.WORDS, "creator_description")));

  static FileFilter of(Caller caller, Params params, Instant now) {
    Conditions conditions = new Conditions();
    conditions.and("project_id = :project AND deleted_at IS NULL", "project", caller.projectId());
    if (!caller.master() && !caller.canReadAllFiles()) {
      conditions.and(
          "(token_id = :token OR readers @> ARRAY[:token]::bigint[])", "token", caller.tokenId());
    }
    if (!params.flag("showExpired", false)) {
      conditions.and("NOT " + FileRows.EXPIRED, "now", now.atOffset(ZoneOffset.UTC));
    }
    conditions.number(params, "sinceId", "id > :since", "since");
    conditions.number(params, "maxId", "id < :max", "max");
    String runId = params.text("runId", "");
    if (!runId.isEmpty()) {
      conditions.and("run_ids @> ARRAY[:run]::text[]", "run", runId);
    }
    List<String> tags = params.strictList("tags");
    if (tags.size() > MAX_TAGS) {
      throw NewFile.invalid("tags: a list is filtered by %d at most".formatted(MAX_TAGS));
    }
    if (!tags.isEmpty()) {
      conditions.and("tags && :tags::text[]", "tags", tags.toArray(String[]::new));
    }
    String query = params.text("q", "");
    if (!query.isBlank()) {
      conditions.and(QueryCondition.of(query, FIELDS, List.of(NAME, TAGS)));
      conditions.values.put("region", caller.project().region());
    }
    return new FileFilter(
        String.join(" AND ", conditions.parts),
        conditions.values,
        params.number("limit", 100, 1, MAX_LIMIT),
        params.number("offset", 0, 0, MAX_OFFSET));
  }

  private static final class Conditions {
    private final List<String> parts = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    void and(String condition, String name, Object value) {
      parts.add(condition);
      values.put(name, value);
    }

    void and(QueryCondition condition) {
      parts.add(condition.sql());
      values.putAll(condition.values());
    }

    void number(Params params, String parameter, String condition, String name) {
      Long number = params.number(parameter);
      if (number == null) {
        return;
      }
      if (number < 0) {
        throw NewFile.invalid(parameter + " must not be negative");
      }
      and(condition, name, number);
    }
  }
}
