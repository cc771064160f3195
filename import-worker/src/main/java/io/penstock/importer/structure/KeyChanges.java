package io.penstock.importer.structure;

import io.penstock.importer.structure.Alteration.Way;
import io.penstock.importer.warehouse.LockPatience;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome;
import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnNames;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Primary keys that come and go. A key is a unique index; loads ask for no more. */
final class KeyChanges {
  private static final String UNIQUE_INDEXES =
      """
      SELECT i.relname, c.conname FROM pg_index x
      JOIN pg_class i ON i.oid = x.indexrelid
      LEFT JOIN pg_constraint c ON c.conindid = x.indexrelid AND c.conrelid = x.indrelid
      WHERE x.indrelid = ?::regclass AND x.indisunique ORDER BY 1\
      """;

  private KeyChanges() {}

  /**
   * CREATE INDEX takes a lock that keeps writers off, and the dispatch has seen to it that there
   * are none; readers do not notice. ADD PRIMARY KEY would lock them out while it builds, and so
   * would SET NOT NULL while it looks at all rows: a copy has both from the start.
   */
  static Optional<Alteration> added(CatalogueRow row, List<String> columns, long jobId) {
    requireUsable(row, columns);
    List<CatalogueColumn> demanding =
        row.columns().stream()
            .map(column -> columns.contains(column.name()) ? notNull(column) : column)
            .toList();
    CatalogueRow target = row.restructured(demanding, columns, row.nextColumn());
    String index =
        "CREATE UNIQUE INDEX %s ON %s (%s)"
            .formatted(
                Identifiers.keyIndex(row.tableId(), jobId),
                row.table(),
                String.join(", ", target.physicalKey()));
    return Optional.of(
        demanding.equals(row.columns())
            ? new Alteration(target, Way.BESIDE_READERS, List.of(index))
            : new Alteration(target, Way.COPY, List.of()));
  }

  private static CatalogueColumn notNull(CatalogueColumn column) {
    return column.type() == null || !column.type().nullable()
        ? column
        : new CatalogueColumn(column.name(), column.physical(), column.type().notNull());
  }

  private static void requireUsable(CatalogueRow row, List<String> columns) {
    if (!row.primaryKey().isEmpty()) {
      throw new PlatformException(
          ErrorCode.PRIMARY_KEY_EXISTS,
          "The table already has the primary key %s; delete it first"
              .formatted(String.join(",", row.primaryKey())));
    }
    List<String> unknown = columns.stream().filter(name -> row.column(name).isEmpty()).toList();
    boolean usable =
        !columns.isEmpty()
            && columns.size() <= ColumnNames.MAX_KEY
            && new HashSet<>(columns).size() == columns.size();
    if (!usable || !unknown.isEmpty()) {
      throw new PlatformException(
          ErrorCode.PRIMARY_KEY_VALIDATION,
          "A primary key has 1 to %d of the table's columns, each once%s"
              .formatted(
                  ColumnNames.MAX_KEY,
                  unknown.isEmpty() ? "" : "; unknown: " + String.join(",", unknown)));
    }
  }

  static Optional<Alteration> dropped(Connection connection, CatalogueRow row) throws SQLException {
    return row.primaryKey().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Alteration(
                row.restructured(row.columns(), List.of(), row.nextColumn()),
                Way.BETWEEN_READERS,
                dropsOfKey(connection, row)));
  }

  private static List<String> dropsOfKey(Connection connection, CatalogueRow row)
      throws SQLException {
    List<String> drops = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(UNIQUE_INDEXES)) {
      statement.setString(1, row.table());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String constraint = rows.getString(2);
          drops.add(
              constraint == null
                  ? "DROP INDEX %s.%s"
                      .formatted(Identifiers.SCHEMA, Identifiers.quote(rows.getString(1)))
                  : "ALTER TABLE %s DROP CONSTRAINT %s"
                      .formatted(row.table(), Identifiers.quote(constraint)));
        }
      }
    }
    return drops;
  }

  /** What the rows have against the key is the caller's to change. */
  static JobOutcome refusing(LockPatience.Transaction<JobOutcome> change) throws SQLException {
    try {
      return change.run();
    } catch (SQLException e) {
      if (SqlStates.is(e, SqlStates.UNIQUE_VIOLATION)) {
        throw new PlatformException(
            ErrorCode.PRIMARY_KEY_DUPLICATES,
            "Cannot create new primary key, duplicate values in primary key columns",
            e);
      }
      if (SqlStates.is(e, SqlStates.NOT_NULL_VIOLATION)) {
        throw new PlatformException(
            ErrorCode.PRIMARY_KEY_VALIDATION,
            "Cannot create new primary key, NULL values in primary key columns",
            e);
      }
      if (SqlStates.is(e, SqlStates.PROGRAM_LIMIT_EXCEEDED)) {
        throw new PlatformException(
            ErrorCode.PRIMARY_KEY_VALIDATION,
            "A value of the primary key is too long: at most about 2,700 bytes in all its columns.",
            e);
      }
      throw e;
    }
  }
}
