package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.ExportFormat;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.access.ProjectPlaces;
import io.penstock.storage.table.ReadableTable.Rows;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.CurrentGeneration;
import io.penstock.warehouse.RowForm;
import io.penstock.warehouse.TableStatement;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.springframework.stereotype.Component;

/**
 * Rows of a table as they come out of the warehouse, straight to whoever asked: one row of memory.
 * Each stream has a connection of its own, a bounded number of them at a time; a reader that goes
 * away, or is too slow, loses it. Thread-safe.
 */
@Component
class TableStream {
  private final WarehouseReaders readers;
  private final WarehouseProperties properties;
  private final ProjectPlaces places;

  TableStream(WarehouseReaders readers, WarehouseProperties properties) {
    this.readers = readers;
    this.properties = properties;
    this.places =
        new ProjectPlaces(
            "synchronous exports (there is export-async, too)", properties.maxStreams());
  }

  /** Where the bytes go; opened when the first of them is there. */
  @FunctionalInterface
  interface Target {
    OutputStream open() throws IOException;
  }

  /** What went out. */
  static final class Sent {
    private long bytes;
    private long rows;
    private boolean begun;

    /** Bytes that were handed to the target. */
    long bytes() {
      return bytes;
    }

    long rows() {
      return rows;
    }

    /** Whether the target was opened: from then on a failure can only break the answer off. */
    boolean begun() {
      return begun;
    }
  }

  /**
   * Writes the header and all rows.
   *
   * @param sent is kept up to date, and tells how far it came when this throws
   * @throws PlatformException before the first byte only: what the caller has to change, or {@code
   *     UNAVAILABLE}
   * @throws IOException when either end broke off in the middle
   */
  void write(Rows from, TableQuery query, ExportFormat format, Target target, Sent sent)
      throws IOException {
    try (var _ = places.take(from.projectId());
        Connection connection =
            readers.open(from.projectId(), properties.streamTimeout(), "penstock-export")) {
      CurrentGeneration.read(
          connection,
          from.tableId(),
          row -> {
            requireFew(connection, row, query);
            copy(connection, TableStatement.of(row, query), format, target, sent);
            return row;
          });
    } catch (BrokenOffException e) {
      throw e.cause;
    } catch (SQLException e) {
      if (sent.begun()) {
        throw new IOException("The warehouse broke off", e);
      }
      throw WarehouseReaders.failed(e, properties.streamTimeout());
    }
  }

  /** Counts only where the table is larger than what may be asked for. */
  private void requireFew(Connection connection, CatalogueRow row, TableQuery query)
      throws SQLException {
    long most = properties.streamRows();
    Long limit = query.limit();
    if (row.rows() <= most || (limit != null && limit <= most)) {
      return;
    }
    TableQuery counted =
        new TableQuery(
            row.names().subList(0, 1),
            query.filters(),
            List.of(),
            query.changedSince(),
            query.changedUntil(),
            most + 1,
            false);
    String count =
        "SELECT count(*) FROM (%s) AS q".formatted(TableStatement.of(row, counted).copyText());
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(count)) {
      rows.next();
      if (rows.getLong(1) > most) {
        throw new PlatformException(
            ErrorCode.TABLE_VALIDATION,
            "A synchronous export has %d rows at most: ask for fewer, or use export-async"
                .formatted(most));
      }
    }
  }

  private static void copy(
      Connection connection, TableStatement select, ExportFormat format, Target target, Sent sent)
      throws SQLException {
    RowForm form = RowForm.of(format, select.columns());
    CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(form.copy(select));
    try {
      byte[] row = copy.readFromCopy();
      OutputStream out = begin(target, form, sent);
      for (; row != null; row = copy.readFromCopy()) {
        send(out, form.row(row), sent);
        sent.rows++;
      }
      flush(out);
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static OutputStream begin(Target target, RowForm form, Sent sent) {
    try {
      OutputStream out = target.open();
      sent.begun = true;
      send(out, form.header(), sent);
      return out;
    } catch (IOException e) {
      throw new BrokenOffException(e);
    }
  }

  private static void send(OutputStream out, byte[] bytes, Sent sent) {
    try {
      out.write(bytes);
      sent.bytes += bytes.length;
    } catch (IOException e) {
      throw new BrokenOffException(e);
    }
  }

  private static void flush(OutputStream out) {
    try {
      out.flush();
    } catch (IOException e) {
      throw new BrokenOffException(e);
    }
  }

  /** Carries the failure of the caller's end through the reading. */
  private static final class BrokenOffException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final IOException cause;

    BrokenOffException(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }
}
