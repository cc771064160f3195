package io.penstock.storage.table;

import io.penstock.storage.job.JobEnding.EndedJob;

/** Who wants to hear of imports. */
public interface ImportObserver {

  /**
   * Rows were imported into the job's table. Called in the transaction that ends the job; must not
   * leave the database.
   */
  void imported(EndedJob job);
}
