package io.penstock.warehouse;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code _penstock.retired}: what the catalogue said of generations that are no longer current, so
 * that a load can be undone, and which of them are to be removed. {@link Catalogue#save} adds to
 * it. Everything happens in the connection's current transaction; times are the server's.
 */
public final class RetiredGenerations {
  /** Makes the table, in databases that were provisioned without it as well. */
  public static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS _penstock.retired (
        table_id bigint NOT NULL,
        generation bigint NOT NULL,
        retired_by bigint NOT NULL,
        retired_at timestamptz NOT NULL,
        sequence bigint NOT NULL,
        columns jsonb NOT NULL,
        primary_key jsonb NOT NULL,
        row_count bigint NOT NULL,
        size_bytes bigint NOT NULL,
        last_import timestamptz,
        next_column integer NOT NULL,
        gone_at timestamptz,
        PRIMARY KEY (table_id, generation))""";

  /** Makes what is due be found at once. */
  public static final String CREATE_INDEX =
      "CREATE INDEX IF NOT EXISTS retired_due ON _penstock.retired (retired_at) WHERE gone_at IS NULL";

  private static final String MISSING = "SELECT to_regclass('_penstock.retired') IS NULL";
  private static final String OVERDUE =
      "retired_at < clock_timestamp() - ? * interval '1 millisecond'";
  private static final String OF_TABLE =
      """
      SELECT table_id, generation, retired_by, sequence, row_count, retired_at, gone_at, %s AS overdue
      FROM _penstock.retired WHERE table_id = ? ORDER BY generation"""
          .formatted(OVERDUE);
  private static final String DUE =
      """
      SELECT DISTINCT table_id FROM (
        SELECT table_id FROM _penstock.retired WHERE gone_at IS NULL AND %s ORDER BY retired_at LIMIT ?) AS due"""
          .formatted(OVERDUE);
  private static final String RESTORE =
      """
      WITH back AS (
        DELETE FROM _penstock.retired WHERE table_id = ? AND generation = ? AND gone_at IS NULL RETURNING *
      )
      UPDATE _penstock.catalogue AS c SET
        generation = back.generation, columns = back.columns, primary_key = back.primary_key,
        row_count = back.row_count, size_bytes = pg_total_relation_size(?::regclass),
        last_import = ?, last_change = ?, sequence = c.sequence + 1,
        next_column = greatest(c.next_column, back.next_column)
      FROM back WHERE c.table_id = back.table_id
      RETURNING\s"""
          + Catalogue.columnsOf("c");

  private RetiredGenerations() {}

  /** Makes the table where it is missing, and commits that; one look otherwise. */
  public static void ensure(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (isMissing(statement)) {
        // Two jobs at the same time would trip over each other's CREATE. Two numbers: locks of jobs
        // have one, and never meet these.
        statement.execute("SELECT pg_advisory_xact_lock(0, 1)");
        statement.execute(CREATE);
        statement.execute(CREATE_INDEX);
      }
      connection.commit();
    }
  }

  private static boolean isMissing(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery(MISSING)) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  /**
   * Every generation of the table that is known to have been replaced.
   *
   * @param keep for how long replaced rows stay
   */
  public static List<RetiredGeneration> ofTable(Connection connection, long tableId, Duration keep)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OF_TABLE)) {
      statement.setLong(1, keep.toMillis());
      statement.setLong(2, tableId);
      List<RetiredGeneration> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(read(rows));
        }
      }
      return found;
    }
  }

  /** The generation that this one has replaced. */
  public static Optional<RetiredGeneration> replacedBy(
      Connection connection, long tableId, long generation, Duration keep) throws SQLException {
    return ofTable(connection, tableId, keep).stream()
        .filter(retired -> retired.retiredBy() == generation)
        .findFirst();
  }

  /**
   * Tables with rows whose time is over, at most so many; the longest overdue first.
   *
   * @param keep for how long replaced rows stay
   */
  public static List<Long> due(Connection connection, Duration keep, int limit)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(DUE)) {
      statement.setLong(1, keep.toMillis());
      statement.setInt(2, limit);
      List<Long> tables = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          tables.add(rows.getLong(1));
        }
      }
      return tables;
    }
  }

  /**
   * Makes it the current generation again, with the columns, key and row count that it had. The
   * caller holds the catalogue's row, and has given the rows this time.
   *
   * @param time of the change; a table's last import, too, since its rows are others now
   */
  public static CatalogueRow restore(Connection connection, RetiredGeneration retired, Instant time)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(RESTORE)) {
      statement.setLong(1, retired.tableId());
      statement.setLong(2, retired.generation());
      statement.setString(3, retired.table());
      statement.setObject(4, time.atOffset(ZoneOffset.UTC));
      statement.setObject(5, time.atOffset(ZoneOffset.UTC));
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw new SQLException("The generation was removed meanwhile", "40001");
        }
        return Catalogue.read(rows);
      }
    }
  }

  /** The rows were removed: remembered for the one that could have been undone, else forgotten. */
  public static void gone(Connection connection, long tableId, long generation, boolean remember)
      throws SQLException {
    String sql =
        remember
            ? "UPDATE _penstock.retired SET gone_at = clock_timestamp() WHERE gone_at IS NULL AND table_id = ? AND generation = ?"
            : "DELETE FROM _penstock.retired WHERE table_id = ? AND generation = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, tableId);
      statement.setLong(2, generation);
      statement.executeUpdate();
    }
  }

  /** The table is removed. */
  public static void forget(Connection connection, long tableId) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM _penstock.retired WHERE table_id = ?")) {
      statement.setLong(1, tableId);
      statement.executeUpdate();
    }
  }

  private static RetiredGeneration read(ResultSet rows) throws SQLException {
    OffsetDateTime gone = rows.getObject("gone_at", OffsetDateTime.class);
    return new RetiredGeneration(
        rows.getLong("table_id"),
        rows.getLong("generation"),
        rows.getLong("retired_by"),
        rows.getLong("sequence"),
        rows.getLong("row_count"),
        rows.getObject("retired_at", OffsetDateTime.class).toInstant(),
        gone == null ? null : gone.toInstant(),
        rows.getBoolean("overdue"));
  }
}
