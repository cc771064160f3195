package io.penstock.importer.load;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.workspace.ReadPatience;
import io.penstock.importer.workspace.WorkspaceTable;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.WorkspaceSource;
import io.penstock.model.job.WorkspaceNames;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A workspace's table as if it were one CSV file with a header line. Each time that it is opened it
 * is read anew.
 */
final class WorkspaceObjects implements SourceObjects {
  private final RunningJob job;
  private final WorkspaceSource source;
  private final long maxRowBytes;
  private final @Nullable String nullWord;
  private final ReadPatience patience;

  /**
   * @param nullWord a value that is read as NULL
   */
  WorkspaceObjects(
      RunningJob job,
      WorkspaceSource source,
      long maxRowBytes,
      @Nullable String nullWord,
      ReadPatience patience) {
    this.job = job;
    this.source = source;
    this.maxRowBytes = maxRowBytes;
    this.nullWord = nullWord;
    this.patience = patience;
  }

  /**
   * How the load's rows are written. Of a workspace they come from the worker itself: only NULL is
   * not enclosed, and another value that means NULL was replaced when it was read.
   */
  static CsvFormat written(LoadTable task) {
    CsvFormat csv = task.csv();
    return task.source() instanceof WorkspaceSource
        ? new CsvFormat(
            csv.delimiter(),
            csv.enclosure(),
            csv.escapedBy(),
            csv.columns(),
            csv.header(),
            csv.ignoredLines(),
            "",
            "".equals(csv.nullValue()))
        : csv;
  }

  @Override
  public List<Entry> entries() {
    String schema = new WorkspaceNames(job.message().projectId(), source.workspaceId()).schema();
    return List.of(new Entry(schema + "/" + source.table(), true));
  }

  @Override
  public boolean isGzip(Entry entry) {
    return false;
  }

  @Override
  public boolean isSliced() {
    return false;
  }

  @Override
  public Optional<InputStream> open(Entry entry) throws IOException {
    try {
      WorkspaceTable table =
          WorkspaceTable.open(job, source.workspaceId(), source.table(), patience);
      return Optional.of(WorkspaceRowsStream.open(table, source.columns(), maxRowBytes, nullWord));
    } catch (SQLException e) {
      throw new IOException("The workspace cannot be read right now", e);
    }
  }
}
