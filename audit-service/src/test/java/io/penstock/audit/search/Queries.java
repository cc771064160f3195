package io.penstock.audit.search;

import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordQuery;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Queries for tests: everything of a project, unless said otherwise. */
final class Queries {
  private final long project;
  private Set<AuditRecord.Kind> kinds = Set.of();
  private @Nullable String query;
  private @Nullable String visibleTo;
  private Set<String> visibleObjects = Set.of();
  private @Nullable String objectType;
  private @Nullable String objectId;
  private Set<String> orObjectIds = Set.of();
  private @Nullable String component;
  private @Nullable String configurationId;
  private @Nullable String runId;
  private @Nullable String sinceId;
  private @Nullable String maxId;
  private @Nullable String actor;
  private @Nullable String operation;
  private AuditRecord.@Nullable Outcome outcome;
  private @Nullable String address;
  private @Nullable Instant since;
  private @Nullable Instant until;
  private RecordQuery.@Nullable Place after;
  private RecordQuery.Counting counting = new RecordQuery.Counting(true, Set.of(), 0, null);
  private int limit = 100;
  private int offset;
  private boolean ascending;
  private int bytes;

  private Queries(long project) {
    this.project = project;
  }

  static Queries of(long project) {
    return new Queries(project);
  }

  Queries kinds(AuditRecord.Kind... values) {
    kinds = Set.of(values);
    return this;
  }

  Queries query(@Nullable String value) {
    query = value;
    return this;
  }

  Queries visibleTo(String token, String... objects) {
    visibleTo = token;
    visibleObjects = Set.of(objects);
    return this;
  }

  Queries orObjects(String... ids) {
    orObjectIds = Set.of(ids);
    return this;
  }

  Queries object(@Nullable String type, @Nullable String id) {
    objectType = type;
    objectId = id;
    return this;
  }

  Queries component(String name, @Nullable String configuration) {
    component = name;
    configurationId = configuration;
    return this;
  }

  Queries run(String value) {
    runId = value;
    return this;
  }

  Queries between(@Nullable String since, @Nullable String max) {
    sinceId = since;
    maxId = max;
    return this;
  }

  Queries page(int size, int from) {
    limit = size;
    offset = from;
    return this;
  }

  Queries ascending() {
    ascending = true;
    return this;
  }

  Queries actor(String value) {
    actor = value;
    return this;
  }

  Queries operation(String value) {
    operation = value;
    return this;
  }

  Queries outcome(AuditRecord.Outcome value) {
    outcome = value;
    return this;
  }

  Queries address(String value) {
    address = value;
    return this;
  }

  Queries times(@Nullable Instant from, @Nullable Instant to) {
    since = from;
    until = to;
    return this;
  }

  Queries after(RecordQuery.@Nullable Place place) {
    after = place;
    return this;
  }

  Queries bytes(int most) {
    bytes = most;
    return this;
  }

  /** Without this the total is counted, and nothing else. */
  Queries counting(RecordQuery.Counting value) {
    counting = value;
    return this;
  }

  RecordQuery build() {
    return new RecordQuery(
        project,
        query,
        new RecordQuery.Viewer(visibleTo, visibleObjects),
        new RecordQuery.Where(
            kinds,
            objectType,
            objectId,
            orObjectIds,
            component,
            configurationId,
            runId,
            actor,
            operation,
            outcome,
            address,
            since,
            until),
        new RecordQuery.Paging(sinceId, maxId, after, limit, offset, ascending, bytes),
        counting);
  }
}
