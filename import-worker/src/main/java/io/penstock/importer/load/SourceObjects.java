package io.penstock.importer.load;

import io.penstock.aws.ObjectStore;
import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.workspace.ReadPatience;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.WorkspaceSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** The CSV files that a load reads, one after the other or several at once. */
interface SourceObjects {

  /**
   * By the kind of source.
   *
   * @param typed whether the table knows NULL
   * @param maxRowBytes of a workspace's row
   * @param patience with a workspace's table
   */
  static SourceObjects of(
      RunningJob job,
      LoadTable task,
      boolean typed,
      ObjectStore objects,
      long maxRowBytes,
      ReadPatience patience) {
    return switch (task.source()) {
      case FileSource file -> new FileObjects(objects, file);
      case WorkspaceSource workspace -> {
        String word = task.csv().nullValue();
        boolean mapped = typed && word != null && !word.isEmpty();
        yield new WorkspaceObjects(job, workspace, maxRowBytes, mapped ? word : null, patience);
      }
    };
  }

  /** In their order. */
  List<Entry> entries() throws IOException;

  boolean isGzip(Entry entry);

  /** Whether they are the slices of one file: one without a byte has no records then. */
  boolean isSliced();

  /**
   * Opens one of them.
   *
   * @return empty: it is not there, and need not be
   */
  Optional<InputStream> open(Entry entry) throws IOException;

  /**
   * One object.
   *
   * @param mandatory false only where the manifest says so: then it may be missing
   */
  record Entry(String key, boolean mandatory) {}
}
