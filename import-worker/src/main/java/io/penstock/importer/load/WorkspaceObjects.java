package io.penstock.importer.load;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.workspace.WorkspaceTable;
import io.penstock.model.job.JobTask.WorkspaceSource;
import io.penstock.model.job.WorkspaceNames;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A workspace's table as if it were one CSV file with a header line. Each time that it is opened it
 * is read anew.
 */
final class WorkspaceObjects implements SourceObjects {
  private final RunningJob job;
  private final WorkspaceSource source;

  WorkspaceObjects(RunningJob job, WorkspaceSource source) {
    this.job = job;
    this.source = source;
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
  public Optional<InputStream> open(Entry entry) throws IOException {
    try {
      WorkspaceTable table = WorkspaceTable.open(job, source.workspaceId(), source.table());
      return Optional.of(WorkspaceRowsStream.open(table, source.columns()));
    } catch (SQLException e) {
      throw new IOException("The workspace cannot be read right now", e);
    }
  }
}
