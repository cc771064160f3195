package io.penstock.storage.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Chooses the jobs that may be sent, and leases them: one writing job a table, one owner a bucket
 * or a workspace, projects in turn and each below its parallelism. The provisioner's jobs do not
 * count for that, since calls wait for them. Readers wait for nobody, but for those of workspaces:
 * what they read may be a user's code, which decides how long it takes. So few of them are under
 * way that other jobs have places left, and the project goes first that had its turn the longest
 * ago.
 *
 * <p>Conflicting jobs are in line by (not yet sent, id). Ids are drawn before their transactions
 * commit, so a lower one can appear when a higher one is already under way: it then goes behind it.
 * Claims of several nodes take turns by an advisory lock, without which two of them could each see
 * one of such a pair only. Thread-safe.
 */
@Component
class Claims {
  /** Any number that nobody else locks in this database. */
  private static final long TURN = 0x70656e73746f636bL;

  private static final int LIMIT_SECONDS = 10;
  private static final String CLAIM =
      """
      WITH unfinished AS (
        SELECT id, project_id, provisions, bucket_id, lock_mode, lease_until,
               workspace_id IS NOT NULL AND lock_mode <> 'WORKSPACE' AND NOT provisions AS reads_workspace,
               count(*) FILTER (WHERE lock_mode = 'WORKSPACE') OVER before_in_workspace AS workspace_owners,
               count(*) FILTER (WHERE lock_mode = 'TABLE') OVER before_in_table AS table_writers,
               count(*) FILTER (WHERE lock_mode = 'BUCKET') OVER before_in_bucket AS bucket_owners,
               count(*) FILTER (WHERE lock_mode <> 'NONE') OVER before_in_bucket AS bucket_writers
        FROM job
        WHERE status IN ('waiting', 'processing')
        WINDOW before_in_table AS (PARTITION BY table_id ORDER BY attempts = 0, id
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
               before_in_workspace AS (PARTITION BY workspace_id ORDER BY attempts = 0, id
                                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
               before_in_bucket AS (PARTITION BY bucket_id ORDER BY attempts = 0, id
                                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
      ), under_way AS (
        SELECT project_id, provisions, count(*) AS jobs
        FROM unfinished WHERE lease_until > now() GROUP BY project_id, provisions
      ), reading AS (
        SELECT project_id, count(*) AS jobs
        FROM unfinished WHERE reads_workspace AND lease_until > now() GROUP BY project_id
      ), free_to_go AS (
        SELECT id, project_id, provisions, reads_workspace,
               row_number() OVER (PARTITION BY project_id, provisions ORDER BY id) AS in_line
        FROM unfinished
        WHERE (lease_until IS NULL OR lease_until <= now())
          AND CASE lock_mode
                WHEN 'TABLE' THEN table_writers = 0 AND (bucket_id IS NULL OR bucket_owners = 0)
                WHEN 'BUCKET' THEN bucket_writers = 0
                WHEN 'WORKSPACE' THEN workspace_owners = 0
                ELSE true
              END
      ), readers AS (
        SELECT job.id, job.project_id,
               row_number() OVER (PARTITION BY job.project_id ORDER BY job.id) + coalesce(reading.jobs, 0) AS nth
        FROM free_to_go AS job
        JOIN project ON project.id = job.project_id AND project.state <> 'PURGED'
        LEFT JOIN reading ON reading.project_id = job.project_id
        LEFT JOIN under_way ON under_way.project_id = job.project_id AND NOT under_way.provisions
        WHERE job.reads_workspace AND job.in_line + coalesce(under_way.jobs, 0) <= project.jobs_parallelism
      ), reader_turns AS (
        SELECT readers.id, row_number() OVER (ORDER BY nth, turn.taken_at NULLS FIRST, readers.id) AS turn
        FROM readers LEFT JOIN workspace_read_turn AS turn ON turn.project_id = readers.project_id
        WHERE nth <= :readsOfProject
      ), ready AS (
        SELECT id, project_id, provisions,
               row_number() OVER (PARTITION BY project_id, provisions ORDER BY id) AS place
        FROM free_to_go
        WHERE NOT reads_workspace
          OR id IN (SELECT id FROM reader_turns
                    WHERE turn + (SELECT coalesce(sum(jobs), 0) FROM reading) <= :reads)
      ), chosen AS (
        SELECT ready.id
        FROM ready
        JOIN project ON project.id = ready.project_id AND project.state <> 'PURGED'
        LEFT JOIN under_way ON under_way.project_id = ready.project_id AND under_way.provisions = ready.provisions
        WHERE ready.provisions OR ready.place + coalesce(under_way.jobs, 0) <= project.jobs_parallelism
        ORDER BY ready.place + coalesce(under_way.jobs, 0), ready.id
        LIMIT :limit
      ), free AS (
        SELECT id FROM job
        WHERE id IN (SELECT id FROM chosen) AND status IN ('waiting', 'processing')
          AND (lease_until IS NULL OR lease_until <= now())
        FOR UPDATE SKIP LOCKED
      ), sent AS (
        UPDATE job
        SET attempts = job.attempts + 1,
            lease_until = now() + :lease * least(power(2, job.attempts), 16) * interval '1 second'
        FROM free, project
        WHERE job.id = free.id AND project.id = job.project_id
        RETURNING job.id, job.project_id, job.attempts, job.task, job.run_id, job.traceparent,
                  project.sealed_writer, project.sealed_reader, job.workspace_id, job.secret
      ), turns AS (
        INSERT INTO workspace_read_turn (project_id, taken_at)
        SELECT DISTINCT project_id, now()
        FROM sent WHERE id IN (SELECT id FROM reader_turns)
        ON CONFLICT (project_id) DO UPDATE SET taken_at = excluded.taken_at
      )
      SELECT * FROM sent
      """;
  private static final String HAND_BACK =
      """
      UPDATE job SET attempts = greatest(attempts - 1, 1), lease_until = now() + :seconds * interval '1 second'
      WHERE id = :id AND attempts = :attempt AND status IN ('waiting', 'processing')
      """;
  private static final String REFUSED =
      """
      UPDATE job SET lease_until = now() + :seconds * interval '1 second'
      WHERE id = :id AND attempts = :attempt AND status = 'waiting'
      """;
  private static final String FORGET =
      """
      UPDATE job SET attempts = least(attempts, 1), lease_until = NULL
      WHERE status IN ('waiting', 'processing') AND lease_until IS NOT NULL
      """;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final DispatchProperties properties;

  Claims(JdbcClient jdbc, TransactionTemplate transaction, DispatchProperties properties) {
    this.jdbc = jdbc;
    this.transaction =
        new TransactionTemplate(
            Objects.requireNonNull(transaction.getTransactionManager()), transaction);
    this.transaction.setTimeout(LIMIT_SECONDS);
    this.properties = properties;
  }

  /** Leases at most so many jobs; they are ours to send. */
  List<Claim> claim(int limit) {
    return transaction.execute(
        _ -> {
          jdbc.sql("SELECT 1 FROM pg_advisory_xact_lock(:turn)")
              .param("turn", TURN)
              .query(Integer.class)
              .single();
          return jdbc.sql(CLAIM)
              .param("lease", properties.leaseSeconds())
              .param("limit", limit)
              .param("reads", properties.workspaceReads())
              .param("readsOfProject", properties.workspaceReadsOfProject())
              .query(Claims::claim)
              .list();
        });
  }

  /**
   * The job could not be sent, and may be tried again after the time. That does not count as an
   * attempt, so that an outage gives no job up; but one attempt stays, because a message may have
   * left all the same.
   */
  void handBack(Claim claim, Duration after) {
    jdbc.sql(HAND_BACK)
        .param("seconds", after.toMillis() / 1000.0)
        .param("id", claim.id())
        .param("attempt", claim.attempt())
        .update();
  }

  /**
   * The queue is there and refuses the job's message. That counts as an attempt, and the next one
   * may come after the time; one whose worker has begun keeps its lease.
   */
  void refused(Claim claim, Duration after) {
    jdbc.sql(REFUSED)
        .param("seconds", after.toMillis() / 1000.0)
        .param("id", claim.id())
        .param("attempt", claim.attempt())
        .update();
  }

  /** The queue has forgotten everything: whatever was sent may be sent again at once. */
  int forgetLeases() {
    return jdbc.sql(FORGET).update();
  }

  private static Claim claim(ResultSet rs, int ignored) throws SQLException {
    return new Claim(
        rs.getLong("id"),
        rs.getLong("project_id"),
        rs.getInt("attempts"),
        rs.getString("task"),
        rs.getString("run_id"),
        rs.getString("traceparent"),
        rs.getBytes("sealed_writer"),
        rs.getBytes("sealed_reader"),
        rs.getObject("workspace_id", Long.class),
        rs.getBytes("secret"));
  }
}
