package io.penstock.model;

import java.util.List;

/**
 * The names of the queues between the services. All are SQS standard queues, and each has a
 * dead-letter queue, see {@link #deadLetters(String)}.
 */
public final class QueueNames {
  /** From storage-api to import-worker: {@link io.penstock.model.job.JobMessage}. */
  public static final String IMPORT_JOBS = "penstock-import-jobs";

  /** From storage-api to import-worker's provisioner: {@link io.penstock.model.job.JobMessage}. */
  public static final String PROVISION_JOBS = "penstock-provision-jobs";

  /** From import-worker to storage-api: {@link io.penstock.model.job.JobOutcome}. */
  public static final String JOB_RESULTS = "penstock-job-results";

  /** From the services to audit-service: {@link io.penstock.model.audit.RecordBatch}. */
  public static final String AUDIT_RECORDS = "penstock-audit-records";

  /** From audit-service to storage-api: {@link io.penstock.model.audit.RecordConfirmation}. */
  public static final String AUDIT_CONFIRMATIONS = "penstock-audit-confirmations";

  /**
   * From storage-api to whoever runs configurations: {@link io.penstock.model.job.TriggerFiring}.
   */
  public static final String TRIGGER_FIRINGS = "penstock-trigger-firings";

  /** Every queue but the dead-letter queues. */
  public static final List<String> ALL =
      List.of(
          IMPORT_JOBS,
          PROVISION_JOBS,
          JOB_RESULTS,
          AUDIT_RECORDS,
          AUDIT_CONFIRMATIONS,
          TRIGGER_FIRINGS);

  private QueueNames() {}

  /** The queue that takes what {@code queue} could not have handled. */
  public static String deadLetters(String queue) {
    return queue + "-dlq";
  }
}
