package io.penstock.storage.file;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Call;
import java.sql.Types;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Files of exports that answer the same question again, as long as their table has not changed: the
 * table's sequence grows with every change. A file that is removed, or has less than a day left, is
 * none of them. Thread-safe.
 */
@Component
public class ExportCache {
  private static final String FIND =
      """
      SELECT id FROM stored_file
      WHERE project_id = :project AND export_table = :table AND export_key = :key AND export_sequence = :sequence
        AND deleted_at IS NULL
        AND (max_age_days IS NULL
             OR created_at + least(max_age_days, 36500) * interval '24 hours' > CAST(:now AS timestamptz) + interval '1 day')
      ORDER BY id DESC LIMIT 1
      """;

  /** A file remembers the last hundred runs that it was lent to. */
  private static final String LEND =
      """
      UPDATE stored_file SET
        readers = CASE WHEN token_id = :token OR :token = ANY(readers) THEN readers ELSE array_append(readers, :token) END,
        run_ids = CASE WHEN :run IS NULL OR :run = ANY(run_ids) THEN run_ids
                       ELSE (array_append(run_ids, :run))[greatest(1, cardinality(run_ids) - 98):] END
      WHERE id = :id AND deleted_at IS NULL
      """;

  private final JdbcClient jdbc;
  private final Clock clock;

  ExportCache(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /**
   * What an export is asked for.
   *
   * @param tableId whose rows, by the catalogue
   * @param hash of everything else that decides about the file's bytes
   */
  public record Question(long tableId, byte[] hash) {}

  /**
   * The newest file that answers the question for the table in this state.
   *
   * @param sequence of the table now
   */
  public Optional<Long> find(Caller caller, Question question, long sequence) {
    return jdbc.sql(FIND)
        .param("project", caller.projectId())
        .param("table", question.tableId())
        .param("key", question.hash())
        .param("sequence", sequence)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .query(Long.class)
        .optional();
  }

  /**
   * Lets the caller read a file that was found, and notes its run; belongs into the job's
   * transaction.
   *
   * @return false when the file has been removed meanwhile
   */
  public boolean lend(Caller caller, long fileId) {
    return jdbc.sql(LEND)
            .param("token", caller.tokenId())
            .param("run", Call.current().runId(), Types.VARCHAR)
            .param("id", fileId)
            .update()
        == 1;
  }

  /** What the file will answer once its export has ended; belongs into the job's transaction. */
  public void asked(long fileId, Question question) {
    jdbc.sql("UPDATE stored_file SET export_table = :table, export_key = :key WHERE id = :id")
        .param("table", question.tableId())
        .param("key", question.hash())
        .param("id", fileId)
        .update();
  }

  /**
   * The export has ended well.
   *
   * @param sequence of the table as it was read; 0: not known, the file answers nobody else
   */
  public void answered(long fileId, long sequence) {
    jdbc.sql(
            "UPDATE stored_file SET export_sequence = nullif(:sequence, 0)"
                + " WHERE id = :id AND export_key IS NOT NULL")
        .param("sequence", sequence)
        .param("id", fileId)
        .update();
  }
}
