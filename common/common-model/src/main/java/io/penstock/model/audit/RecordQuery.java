package io.penstock.model.audit;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search in one project's records, from storage-api to audit-service ({@code POST
 * /internal/records/search}).
 *
 * @param projectId only this project's records are ever found
 * @param kinds empty: all
 * @param query the query-string syntax of the contract, chapter 2.9; null: everything
 * @param visibleTo null: all of the project's; else only records of this token id, and of the
 *     objects in {@code visibleObjects}
 * @param visibleObjects objects ({@code table:in.c-main.users}) whose records a limited token sees
 *     too
 * @param objectType with {@code objectId}: only records of this object
 * @param runId exact, or a parent of {@code runId.*}
 * @param sinceId exclusive lower bound: a record's UUID or number
 * @param maxId exclusive upper bound: a record's UUID or number
 * @param limit at most 10,000
 * @param ascending oldest first
 */
public record RecordQuery(
    long projectId,
    Set<AuditRecord.Kind> kinds,
    @Nullable String query,
    @Nullable String visibleTo,
    Set<String> visibleObjects,
    @Nullable String objectType,
    @Nullable String objectId,
    @Nullable String component,
    @Nullable String configurationId,
    @Nullable String runId,
    @Nullable String sinceId,
    @Nullable String maxId,
    int limit,
    int offset,
    boolean ascending) {

  /** What was found: a page, and how many there are in all. */
  public record Page(List<AuditRecord> records, long total) {}
}
