package io.penstock.importer.load;

import io.penstock.aws.ObjectStore;
import io.penstock.importer.csv.CsvLimits;
import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.workspace.FileRows;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.Identifiers;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** Files on their way into workspaces, read as those that make a table are. Thread-safe. */
public final class WorkspaceFiles implements FileRows {
  private static final CsvFormat CSV =
      new CsvFormat(",", "\"", "", List.of(), Header.FIRST_LINE, null);

  /** No table's. */
  private static final long NOBODYS = 0;

  private final ObjectStore objects;
  private final CsvLimits limits;

  public WorkspaceFiles(ObjectStore objects, CsvLimits limits) {
    this.objects = objects;
    this.limits = limits;
  }

  @Override
  public CatalogueRow stage(RunningJob job, FileSource file) throws IOException, SQLException {
    LoadTable task = new LoadTable(NOBODYS, file.fileName(), true, List.of(), false, file, CSV);
    SourceReader source =
        new SourceReader(task, new FileObjects(objects, file), Optional.empty(), limits);
    // Otherwise mixed line ends would roll the transaction back, which holds the workspace.
    source.translate();
    String table = Identifiers.generation(NOBODYS, job.id());
    TargetTable target = new TargetTable(TargetTable.Kind.STAGING, table, CSV);
    Staging.Staged staged = new Staging(job, source, target, 1).stage();
    try (Statement statement = job.connection().createStatement()) {
      statement.execute(
          "ALTER TABLE %s ADD COLUMN %s timestamptz NOT NULL DEFAULT now()"
              .formatted(table, Identifiers.TIMESTAMP));
    }
    return new CatalogueRow(
        NOBODYS,
        job.id(),
        staged.plan().file(),
        List.of(),
        staged.rows(),
        0,
        null,
        0,
        staged.plan().nextColumn());
  }
}
