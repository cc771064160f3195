package io.penstock.importer.intake;

import io.penstock.model.job.JobOutcome;

/** Where reports of jobs go. Thread-safe. */
public interface JobReports {
  /** Tells that a job has begun; it is no harm when this is lost. */
  void started(JobOutcome start);

  /** Tells a job's end, as the ledger has it; returns when the report is durable at the queue. */
  void ended(JobOutcome end);
}
