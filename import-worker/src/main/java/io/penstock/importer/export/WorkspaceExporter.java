package io.penstock.importer.export;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.workspace.ReadPatience;
import io.penstock.importer.workspace.WorkspaceTable;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.JobMetrics;
import io.penstock.model.job.JobTask.ExportFormat;
import io.penstock.model.job.JobTask.ExportTable;
import io.penstock.model.job.JobTask.ExportWorkspaceTable;
import io.penstock.model.table.TableQuery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import org.postgresql.copy.CopyOut;

/** Writes a workspace's table to sliced objects, by the role that reads the workspace. */
public final class WorkspaceExporter {
  private final TableExporter exporter;
  private final long maxRowBytes;
  private final ReadPatience patience;

  /**
   * @param maxRowBytes of a row that is written; each is held in memory
   */
  public WorkspaceExporter(TableExporter exporter, long maxRowBytes, ReadPatience patience) {
    this.exporter = exporter;
    this.maxRowBytes = maxRowBytes;
    this.patience = patience;
  }

  /**
   * Exports and ends the job.
   *
   * @throws PlatformException what the user has to change
   */
  public JobOutcome export(RunningJob job, ExportWorkspaceTable task) throws SQLException {
    try (WorkspaceTable table =
            WorkspaceTable.open(job, task.workspaceId(), task.table(), patience);
        SliceWriter slices = exporter.slices(target(task))) {
      long rows = copy(table, slices);
      ExportReceipt receipt =
          new ExportReceipt(table.columns(), slices.complete(), rows, job.seconds());
      JobMetrics metrics =
          new JobMetrics(false, 0, 0, task.gzip(), slices.storedBytes(), slices.plainBytes());
      JobOutcome mine = job.exported(receipt, metrics);
      JobOutcome end = job.settle(mine);
      if (end.equals(mine)) {
        slices.keep();
      }
      return end;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ExportTable target(ExportWorkspaceTable task) {
    return new ExportTable(
        0,
        task.table(),
        TableQuery.everything(),
        ExportFormat.RFC,
        task.gzip(),
        task.bucket(),
        task.key());
  }

  private long copy(WorkspaceTable table, SliceWriter slices) throws SQLException, IOException {
    CopyOut copy = table.copyOut(table.columns(), "FORCE_QUOTE *", maxRowBytes);
    for (byte[] row = table.next(copy); row != null; row = table.next(copy)) {
      if (Thread.interrupted()) {
        throw new SQLException("The worker stops, or the job's time is over", "57014");
      }
      slices.write(row);
    }
    return copy.getHandledRowCount();
  }
}
