package io.penstock.importer.export;

import io.penstock.aws.ObjectStore;
import io.penstock.importer.export.ParallelGzip.Deflation;
import io.penstock.importer.ledger.RunningJob;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.JobMetrics;
import io.penstock.model.job.JobOutcome.Slice;
import io.penstock.model.job.JobTask.ExportTable;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.CurrentGeneration;
import io.penstock.warehouse.RowForm;
import io.penstock.warehouse.TableStatement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Executors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Exports with {@code COPY (SELECT …) TO STDOUT}, row by row in the form that was asked for,
 * without a header: whoever joins the slices puts one before them. No value becomes an object.
 * Thread-safe.
 */
public final class TableExporter {
  private final ObjectStore objects;
  private final long sliceBytes;
  private final Deflation deflation =
      new Deflation(
          Executors.newFixedThreadPool(
              Math.max(2, Runtime.getRuntime().availableProcessors()),
              Thread.ofPlatform().daemon().name("deflate-", 1).factory()));

  /**
   * @param sliceBytes after so many bytes before compression the next slice begins
   */
  public TableExporter(ObjectStore objects, long sliceBytes) {
    this.objects = objects;
    this.sliceBytes = sliceBytes;
  }

  /**
   * Exports and ends the job. When it does not end in success, no object of it is left.
   *
   * @throws io.penstock.model.PlatformException what the user has to change
   */
  public JobOutcome export(RunningJob job, ExportTable task) throws SQLException {
    Long other = task.ofProject();
    if (other == null) {
      return export(job, job.connection(), task);
    }
    try (Connection source = job.connectToSource(other);
        Statement statement = source.createStatement()) {
      source.setAutoCommit(false);
      // A reader's statements end after a minute unless they ask for more; an export takes hours.
      statement.execute("SET statement_timeout = 0");
      return export(job, source, task);
    }
  }

  private JobOutcome export(RunningJob job, Connection source, ExportTable task)
      throws SQLException {
    try (Statement statement = source.createStatement()) {
      statement.execute(
          "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      source.commit();
      JobOutcome end =
          CurrentGeneration.read(
              source, task.tableId(), row -> writeAndSettle(job, source, task, row));
      statement.execute(
          "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED");
      source.commit();
      return end;
    }
  }

  /** Where an export's rows go. */
  SliceWriter slices(ExportTable task) {
    return new SliceWriter(objects, task, sliceBytes, deflation);
  }

  private JobOutcome writeAndSettle(
      RunningJob job, Connection source, ExportTable task, CatalogueRow row) throws SQLException {
    TableStatement select = TableStatement.of(row, task.query());
    try (SliceWriter writer = new SliceWriter(objects, task, sliceBytes, deflation)) {
      RowForm form = RowForm.of(task.format(), select.columns());
      long rows = copy(source, form, select, writer);
      List<Slice> slices = writer.complete();
      ExportReceipt receipt =
          new ExportReceipt(select.columns(), slices, rows, job.seconds(), row.sequence());
      JobMetrics metrics =
          new JobMetrics(false, 0, 0, task.gzip(), writer.storedBytes(), writer.plainBytes());
      JobOutcome mine = job.exported(receipt, metrics);
      JobOutcome end = job.settle(mine);
      if (end.equals(mine)) {
        writer.keep();
      }
      return end;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long copy(
      Connection connection, RowForm form, TableStatement select, SliceWriter writer)
      throws SQLException, IOException {
    CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(form.copy(select));
    try {
      for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
        if (Thread.interrupted()) {
          throw new SQLException("The worker stops, or the job's time is over", "57014");
        }
        writer.write(form.row(row));
      }
      return copy.getHandledRowCount();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }
}
