package io.penstock.importer.workspace;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.warehouse.CatalogueRow;
import java.io.IOException;
import java.sql.SQLException;

/** Reads CSV files for loads into workspaces. */
@FunctionalInterface
public interface FileRows {
  /**
   * Copies the file's rows into a table that the job's open transaction makes, in place of the one
   * before, and that nobody else ever sees. The caller drops it.
   *
   * @return that table, as if it were one of the project's
   * @throws io.penstock.model.PlatformException what is wrong with the file
   */
  CatalogueRow stage(RunningJob job, FileSource file) throws IOException, SQLException;
}
