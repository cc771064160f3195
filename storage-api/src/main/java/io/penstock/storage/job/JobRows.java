package io.penstock.storage.job;

import io.penstock.model.Json;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The job table's rows: written at acceptance and at the end, and read by clients that poll. */
@Component
class JobRows {
  private static final String INSERT =
      """
      INSERT INTO job (project_id, token_id, token_description, operation, params, task, run_id, traceparent,
                       context, table_label, table_id, bucket_id, file_id, workspace_id, secret, provisions, lock_mode,
                       visible, status, created_at)
      VALUES (:project, :token, :description, :operation, :params, :task, :run, :traceparent,
              :context, :label, :table, :bucket, :file, :workspace, :secret, :provisions, :lock, :visible, 'waiting', :created)
      RETURNING id
      """;
  private static final String END =
      """
      UPDATE job SET status = :status, results = :results, error = :error, metrics = :metrics, receipt = :receipt,
                     started_at = coalesce(started_at, :started), ended_at = :ended, lease_until = NULL, secret = NULL
      WHERE id = :id
      """;
  private static final String STARTED =
      """
      UPDATE job SET status = 'processing', started_at = coalesce(started_at, :started),
                     lease_until = now() + :lease * interval '1 second'
      WHERE id = :id AND project_id = :project AND status IN ('waiting', 'processing')
      RETURNING old.started_at IS NULL
      """;

  /** Of the texts of a part of a list; a job can have hundreds of kilobytes of them. */
  private static final int PAGE_BYTES = 2_000_000;

  /** {@code octet_length} reads no text that lies outside of its row. */
  private static final String PAGE =
      """
      SELECT * FROM (
        SELECT *, sum(bytes) OVER (ORDER BY id DESC) - bytes AS before, count(*) OVER () AS found FROM (
          SELECT %s, coalesce(octet_length(params), 0) + coalesce(octet_length(results), 0)
                 + coalesce(octet_length(error), 0) + octet_length(context) AS bytes
          FROM job WHERE %%s ORDER BY id DESC LIMIT :limit OFFSET :offset) asked) counted
      WHERE before < :bytes ORDER BY id DESC
      """
          .formatted(JobRow.WITHOUT_RECEIPT);

  private static final String SELECT = "SELECT " + JobRow.WITHOUT_RECEIPT + " FROM job WHERE ";
  private static final String SELECT_WHOLE = "SELECT " + JobRow.WITH_RECEIPT + " FROM job WHERE ";

  private final JdbcClient jdbc;

  JobRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * In whose name a job is accepted.
   *
   * @param tokenId null for the platform's own
   * @param context the origin as JSON
   */
  record Creator(
      @Nullable Long tokenId,
      String description,
      @Nullable String runId,
      @Nullable String traceparent,
      String context) {}

  /**
   * How a job ended; the texts are JSON.
   *
   * @param receipt of a load that succeeded
   * @param startedAt null: it was never begun
   */
  record End(
      JobRow.Status status,
      @Nullable String results,
      @Nullable String error,
      String metrics,
      @Nullable String receipt,
      @Nullable Instant startedAt,
      Instant endedAt) {

    /** Of a job that was done at once. */
    static End success(@Nullable Map<String, Object> results, Instant now) {
      return new End(
          JobRow.Status.SUCCESS,
          results == null ? null : Json.write(results),
          null,
          Json.write(JobOutcome.JobMetrics.NONE),
          null,
          now,
          now);
    }
  }

  long insert(long projectId, Creator creator, NewJob job, boolean visible, Instant now) {
    return jdbc.sql(INSERT)
        .param("project", projectId)
        .param("token", creator.tokenId())
        .param("description", creator.description())
        .param("operation", job.operation())
        .param("params", Json.write(job.params()))
        .param("task", job.task() == null ? null : Json.write(job.task()))
        .param("run", creator.runId())
        .param("traceparent", creator.traceparent())
        .param("context", creator.context())
        .param("label", job.tableLabel())
        .param("table", job.tableId())
        .param("bucket", job.bucketId())
        .param("file", job.fileId())
        .param("workspace", job.workspaceId())
        .param("secret", job.secret())
        .param("provisions", job.task() != null && job.task().forProvisioner())
        .param("lock", job.lock().name())
        .param("visible", visible)
        .param("created", now.atOffset(ZoneOffset.UTC))
        .query(Long.class)
        .single();
  }

  /** A job that the project's callers may see. */
  Optional<JobRow> findVisible(long projectId, long id) {
    return jdbc.sql(SELECT_WHOLE + "id = :id AND project_id = :project AND visible")
        .param("id", id)
        .param("project", projectId)
        .query(JobRow::of)
        .optional();
  }

  /**
   * A part of a list.
   *
   * @param cut there are more, which were not read for their length; this one then has one at least
   */
  record Page(List<JobRow> jobs, boolean cut) {}

  /** The first of them, newest first, with {@link #PAGE_BYTES} and one more at most. */
  Page page(JobFilter filter) {
    boolean[] cut = new boolean[1];
    List<JobRow> jobs =
        jdbc.sql(PAGE.formatted(filter.where()))
            .params(filter.values())
            .param("limit", filter.limit())
            .param("offset", filter.offset())
            .param("bytes", PAGE_BYTES)
            .query(
                (rs, number) -> {
                  cut[0] = rs.getLong("found") > number + 1;
                  return JobRow.of(rs, number);
                })
            .list();
    return new Page(jobs, cut[0]);
  }

  List<TableWrite> writesOf(long tableId, int limit) {
    return jdbc.sql(
            """
            SELECT id, operation, status = 'success' AS finished, task FROM job
            WHERE table_id = :table AND lock_mode = 'TABLE' AND status <> 'error'
              AND operation <> 'tableSnapshotCreate' -- takes a writer's turn, and writes nothing
            ORDER BY id DESC LIMIT :limit
            """)
        .param("table", tableId)
        .param("limit", limit)
        .query(JobRows::write)
        .list();
  }

  List<TableWrite> unfinishedWritesOf(long tableId) {
    return jdbc.sql(
            """
            SELECT id, operation, false AS finished, task FROM job
            WHERE table_id = :table AND lock_mode = 'TABLE' AND status IN ('waiting', 'processing')
            ORDER BY id
            """)
        .param("table", tableId)
        .query(JobRows::write)
        .list();
  }

  private static TableWrite write(ResultSet rs, int ignored) throws SQLException {
    return new TableWrite(
        rs.getLong("id"),
        rs.getString("operation"),
        rs.getBoolean("finished"),
        Json.read(rs.getString("task"), JobTask.class));
  }

  /** Whether so many jobs that the project's callers see, or more, have not ended. */
  boolean hasUnfinished(long projectId, int many) {
    return jdbc.sql(
                """
            SELECT count(*) FROM (
              SELECT FROM job WHERE project_id = :project AND status IN ('waiting', 'processing') AND visible
              LIMIT :many) unfinished
            """)
            .param("project", projectId)
            .param("many", many)
            .query(Integer.class)
            .single()
        >= many;
  }

  /** Takes the row for the transaction at hand, unless the job has ended. */
  Optional<JobRow> lockUnfinished(long projectId, long id) {
    return jdbc.sql(
            SELECT
                + "id = :id AND project_id = :project AND status IN ('waiting', 'processing')"
                + " FOR UPDATE")
        .param("id", id)
        .param("project", projectId)
        .query(JobRow::of)
        .optional();
  }

  List<JobRow> lockUnsentOfTable(long tableId) {
    return lockUnsent("table_id", tableId);
  }

  List<JobRow> lockUnsentOfBucket(long bucketId) {
    return lockUnsent("bucket_id", bucketId);
  }

  List<JobRow> lockUnsentOfWorkspace(long workspaceId) {
    return lockUnsent("workspace_id", workspaceId);
  }

  /**
   * Loads of workspaces that were never sent and read one of these tables.
   *
   * @param bucket label of a bucket: all in it
   * @param tables labels
   */
  List<JobRow> lockUnsentLoads(long projectId, String bucket, List<String> tables) {
    return jdbc.sql(
            SELECT
                + """
                project_id = :project AND attempts = 0 AND visible AND status IN ('waiting', 'processing')
                AND operation = 'workspaceLoad'
                AND EXISTS (
                  SELECT FROM json_array_elements(task::json -> 'inputs') input
                  WHERE starts_with(input ->> 'label', :bucket) OR input ->> 'label' = ANY(:tables))
                ORDER BY id FOR UPDATE
                """)
        .param("project", projectId)
        .param("bucket", bucket + ".")
        .param("tables", tables.toArray(String[]::new))
        .query(JobRow::of)
        .list();
  }

  /** A job, visible or not. */
  Optional<JobRow> find(long projectId, long id) {
    return jdbc.sql(SELECT + "id = :id AND project_id = :project")
        .param("id", id)
        .param("project", projectId)
        .query(JobRow::of)
        .optional();
  }

  private List<JobRow> lockUnsent(String column, long id) {
    return jdbc.sql(
            SELECT
                + column
                + " = :id AND attempts = 0 AND visible AND status IN ('waiting', 'processing')"
                + " ORDER BY id FOR UPDATE")
        .param("id", id)
        .query(JobRow::of)
        .list();
  }

  /**
   * A worker has begun, or still works. An ended job stays as it is.
   *
   * @return whether it has begun just now
   */
  boolean started(JobOutcome outcome, double leaseSeconds) {
    return jdbc.sql(STARTED)
        .param("started", outcome.startedAt().atOffset(ZoneOffset.UTC))
        .param("lease", leaseSeconds)
        .param("id", outcome.jobId())
        .param("project", outcome.projectId())
        .query(Boolean.class)
        .optional()
        .orElse(false);
  }

  /** Only behind one of the locks. */
  void end(long id, End end) {
    jdbc.sql(END)
        .param("status", end.status().word())
        .param("results", end.results())
        .param("error", end.error())
        .param("metrics", end.metrics())
        .param("receipt", end.receipt())
        .param("started", end.startedAt() == null ? null : end.startedAt().atOffset(ZoneOffset.UTC))
        .param("ended", end.endedAt().atOffset(ZoneOffset.UTC))
        .param("id", id)
        .update();
  }

  /** Whose project it is, for a job that no token asked for. */
  long organisationOf(long projectId) {
    return jdbc.sql("SELECT organisation_id FROM project WHERE id = :id")
        .param("id", projectId)
        .query(Long.class)
        .single();
  }
}
