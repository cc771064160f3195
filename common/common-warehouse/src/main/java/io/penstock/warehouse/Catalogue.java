package io.penstock.warehouse;

import io.penstock.model.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * Reads and writes catalogue rows in the connection's current transaction. Has no state of its own;
 * a connection belongs to one thread.
 */
public final class Catalogue {
  private static final String COLUMNS =
      "table_id, generation, columns, primary_key, row_count, size_bytes, last_import, sequence,"
          + " next_column";
  private static final String FIND =
      "SELECT " + COLUMNS + " FROM _penstock.catalogue WHERE table_id = ?";

  /** Takes the expression of the time. */
  private static final String LOCK =
      "SELECT " + COLUMNS + ", %s AS now FROM _penstock.catalogue WHERE table_id = ? FOR UPDATE";

  private static final String LATER =
      "greatest(clock_timestamp(), last_import + interval '1 microsecond')";

  /**
   * The wire has whole seconds, and no two loads of a table may have the same date there: but not
   * further ahead of the clock than half a minute.
   */
  private static final String NEXT_SECOND =
      """
      CASE WHEN last_import < clock_timestamp() + interval '30 seconds'
           THEN greatest(clock_timestamp(), date_trunc('second', last_import) + interval '1 second')
           ELSE %s END\
      """
          .formatted(LATER);

  // Both statements of it see the row as it was before: the first keeps what the second overwrites.
  private static final String SAVE =
      """
      WITH given AS (
        SELECT ?::bigint AS table_id, ?::bigint AS generation, ?::timestamptz AS now
      ), kept AS (
        INSERT INTO _penstock.retired (table_id, generation, retired_by, retired_at, sequence,
                                       columns, primary_key, row_count, size_bytes, last_import, next_column)
        SELECT c.table_id, c.generation, given.generation, least(given.now, clock_timestamp()), c.sequence + 1,
               c.columns, c.primary_key, c.row_count, c.size_bytes, c.last_import, c.next_column
        FROM _penstock.catalogue c JOIN given ON c.table_id = given.table_id AND c.generation <> given.generation
      )
      INSERT INTO _penstock.catalogue AS c
        (table_id, generation, columns, primary_key, row_count, size_bytes, last_import, last_change, sequence, next_column)
      SELECT table_id, generation, ?::jsonb, ?::jsonb, ?, pg_total_relation_size(?::regclass), ?::timestamptz, now, 1, ?
      FROM given
      ON CONFLICT (table_id) DO UPDATE SET
        generation = excluded.generation, columns = excluded.columns, primary_key = excluded.primary_key,
        row_count = excluded.row_count, size_bytes = excluded.size_bytes, last_import = excluded.last_import,
        last_change = excluded.last_change, sequence = c.sequence + 1, next_column = excluded.next_column
      RETURNING
      """
          + COLUMNS;

  private Catalogue() {}

  /** The row as this transaction sees it. */
  public static Optional<CatalogueRow> find(Connection connection, long tableId)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FIND)) {
      statement.setLong(1, tableId);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(read(rows)) : Optional.empty();
      }
    }
  }

  /** Locks the row until the transaction ends; readers are not held up. */
  public static Optional<LockedRow> lock(Connection connection, long tableId) throws SQLException {
    return lock(connection, tableId, LATER);
  }

  /**
   * The same for whoever writes {@code lastImport}: its time lies in a later second than the
   * table's last, so that the two are told apart where times have whole seconds. A table that is
   * loaded more than once a second runs ahead of the clock, by half a minute at most: from there on
   * its loads come in one second again.
   */
  public static Optional<LockedRow> lockForLoad(Connection connection, long tableId)
      throws SQLException {
    return lock(connection, tableId, NEXT_SECOND);
  }

  private static Optional<LockedRow> lock(Connection connection, long tableId, String time)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK.formatted(time))) {
      statement.setLong(1, tableId);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next()
            ? Optional.of(new LockedRow(read(rows), instant(rows, "now")))
            : Optional.empty();
      }
    }
  }

  /**
   * Inserts or replaces the row, with the size of the row's generation as it is now and the next
   * sequence; both are in the answer, whatever the argument says. When the generation changes, what
   * the row said of the one before is kept as {@link RetiredGenerations} have it.
   *
   * @param time of the change
   */
  public static CatalogueRow save(Connection connection, CatalogueRow row, Instant time)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SAVE)) {
      statement.setLong(1, row.tableId());
      statement.setLong(2, row.generation());
      statement.setObject(3, at(time));
      statement.setString(4, Json.write(row.columns()));
      statement.setString(5, Json.write(row.primaryKey()));
      statement.setLong(6, row.rows());
      statement.setString(7, row.table());
      statement.setObject(8, at(row.lastImport()));
      statement.setInt(9, row.nextColumn());
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        return read(rows);
      }
    }
  }

  /** The columns that {@link #read} needs, of a table with this alias. */
  static String columnsOf(String alias) {
    return alias + "." + COLUMNS.replace(", ", ", " + alias + ".");
  }

  static CatalogueRow read(ResultSet rows) throws SQLException {
    OffsetDateTime lastImport = rows.getObject("last_import", OffsetDateTime.class);
    return new CatalogueRow(
        rows.getLong("table_id"),
        rows.getLong("generation"),
        Json.mapper()
            .readValue(rows.getString("columns"), new TypeReference<List<CatalogueColumn>>() {}),
        Json.mapper()
            .readValue(rows.getString("primary_key"), new TypeReference<List<String>>() {}),
        rows.getLong("row_count"),
        rows.getLong("size_bytes"),
        lastImport == null ? null : lastImport.toInstant(),
        rows.getLong("sequence"),
        rows.getInt("next_column"));
  }

  private static Instant instant(ResultSet rows, String column) throws SQLException {
    return rows.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable OffsetDateTime at(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }

  /**
   * A row that this transaction alone may change.
   *
   * @param now the transaction's time for rows and {@code lastImport}: later than the table's last
   */
  public record LockedRow(CatalogueRow row, Instant now) {}
}
