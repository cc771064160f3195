package io.penstock.storage.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A job as its row has it; {@code params}, {@code context} and the last four are JSON text.
 *
 * @param receipt read for one job only, never for a list
 */
record JobRow(
    long id,
    long projectId,
    @Nullable Long tokenId,
    String tokenDescription,
    String operation,
    String params,
    @Nullable String runId,
    String context,
    @Nullable String tableLabel,
    @Nullable Long tableId,
    @Nullable Long bucketId,
    @Nullable Long fileId,
    Status status,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String results,
    @Nullable String error,
    @Nullable String metrics,
    @Nullable String receipt) {

  private static final String COLUMNS =
      "id, project_id, token_id, token_description, operation, params, run_id, context,"
          + " table_label, table_id, bucket_id, file_id, status, created_at, started_at, ended_at,"
          + " results, error, metrics, ";

  /** For one job. */
  static final String WITH_RECEIPT = COLUMNS + "receipt";

  /** For lists: the receipt of a sliced file may name thousands of objects. */
  static final String WITHOUT_RECEIPT = COLUMNS + "NULL AS receipt";

  /** The contract's four words, and never a fifth: clients would wait for ever. */
  enum Status {
    WAITING("waiting"),
    PROCESSING("processing"),
    SUCCESS("success"),
    ERROR("error");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    static Status of(String word) {
      for (Status status : values()) {
        if (status.word.equals(word)) {
          return status;
        }
      }
      throw new IllegalArgumentException("No status of a job: " + word);
    }
  }

  static JobRow of(ResultSet rs, int ignored) throws SQLException {
    return new JobRow(
        rs.getLong("id"),
        rs.getLong("project_id"),
        number(rs, "token_id"),
        rs.getString("token_description"),
        rs.getString("operation"),
        rs.getString("params"),
        rs.getString("run_id"),
        rs.getString("context"),
        rs.getString("table_label"),
        number(rs, "table_id"),
        number(rs, "bucket_id"),
        number(rs, "file_id"),
        Status.of(rs.getString("status")),
        rs.getObject("created_at", OffsetDateTime.class).toInstant(),
        time(rs, "started_at"),
        time(rs, "ended_at"),
        rs.getString("results"),
        rs.getString("error"),
        rs.getString("metrics"),
        rs.getString("receipt"));
  }

  private static @Nullable Long number(ResultSet rs, String column) throws SQLException {
    long value = rs.getLong(column);
    return rs.wasNull() ? null : value;
  }

  private static @Nullable Instant time(ResultSet rs, String column) throws SQLException {
    OffsetDateTime value = rs.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }
}
