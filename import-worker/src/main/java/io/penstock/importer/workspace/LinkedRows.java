package io.penstock.importer.workspace;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.model.job.WorkspaceInput;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnSql;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/**
 * Rows of tables that lie in other projects' databases: they come by COPY to COPY into a table that
 * nobody else ever sees, since it goes with the transaction that made it. All tables of one project
 * are read as of one moment. Belongs to one thread.
 */
final class LinkedRows implements AutoCloseable {
  private final RunningJob job;
  private final Map<Long, Connection> projects = new HashMap<>();
  private int staged;

  LinkedRows(RunningJob job) {
    this.job = job;
  }

  /** The input's rows, in the job's own database from now on. */
  SourceRows fetch(WorkspaceInput input, long project) throws SQLException {
    Connection source = source(project);
    CatalogueRow table =
        Catalogue.find(source, input.tableId()).orElseThrow(() -> WorkspaceLoader.noSource(input));
    SourceRows rows = SourceRows.of(table, input);
    staged++;
    String staging = staging(staged);
    try (Statement statement = job.connection().createStatement()) {
      statement.execute("CREATE TABLE %s (%s)".formatted(staging, definitions(table, rows)));
    }
    copy(source, rows.select(), staging);
    return rows.readFrom(staging);
  }

  /** Nobody reads them any more. */
  void drop() throws SQLException {
    try (Statement statement = job.connection().createStatement()) {
      for (int i = 1; i <= staged; i++) {
        statement.execute("DROP TABLE " + staging(i));
      }
    }
  }

  private String staging(int number) {
    return Identifiers.SCHEMA + "." + Identifiers.quote("w%d_%d".formatted(job.id(), number));
  }

  /** In the order in which the statement reads them. */
  private static String definitions(CatalogueRow table, SourceRows rows) {
    List<String> definitions = new ArrayList<>();
    for (String name : rows.sourceColumns()) {
      String type =
          name.equals(Identifiers.TIMESTAMP)
              ? "timestamptz"
              : ColumnSql.type(table.column(name).orElseThrow());
      definitions.add("s%d %s".formatted(definitions.size() + 1, type));
    }
    return String.join(", ", definitions);
  }

  private void copy(Connection source, String select, String staging) throws SQLException {
    CopyManager reading = source.unwrap(PGConnection.class).getCopyAPI();
    CopyManager writing = job.connection().unwrap(PGConnection.class).getCopyAPI();
    CopyOut out = reading.copyOut("COPY (%s) TO STDOUT (ENCODING 'UTF8')".formatted(select));
    CopyIn in = writing.copyIn("COPY %s FROM STDIN (ENCODING 'UTF8')".formatted(staging));
    try {
      for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
        if (Thread.interrupted()) {
          throw new SQLException("The worker stops, or the job's time is over", "57014");
        }
        in.writeToCopy(row, 0, row.length);
      }
      if (in.endCopy() != out.getHandledRowCount()) {
        throw new SQLException("Rows were lost between two databases", "40001");
      }
    } finally {
      if (in.isActive()) {
        in.cancelCopy();
      }
      if (out.isActive()) {
        out.cancelCopy();
      }
    }
  }

  private Connection source(long project) throws SQLException {
    Connection known = projects.get(project);
    if (known != null) {
      return known;
    }
    Connection opened = job.connectToSource(project);
    projects.put(project, opened);
    try (Statement statement = opened.createStatement()) {
      // A reader's statements end after a minute unless they ask for more.
      statement.execute("SET statement_timeout = 0");
    }
    opened.setAutoCommit(false);
    opened.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    return opened;
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : projects.values()) {
      connection.close();
    }
  }
}
