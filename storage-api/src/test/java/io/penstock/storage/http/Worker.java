package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.DryRunReport;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.JobMetrics;
import io.penstock.model.job.JobOutcome.LoadReceipt;
import io.penstock.model.job.JobOutcome.ObjectDigest;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.model.job.JobTask;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import tools.jackson.databind.JsonNode;

/** Speaks import-worker's side of the queues. */
record Worker(SqsAsyncClient sqs) {

  /** Waits for the job's message. */
  JobMessage receive(long jobId) {
    return receive(QueueNames.IMPORT_JOBS, job -> job.jobId() == jobId, "job " + jobId);
  }

  /** Waits for the next job of the provisioner's of that kind. */
  JobMessage provisioning(Class<? extends JobTask> kind) {
    return receive(
        QueueNames.PROVISION_JOBS, job -> kind.isInstance(job.task()), kind.getSimpleName());
  }

  /** Takes all messages to workers from the queues. */
  void forget() {
    for (String queue : List.of(QueueNames.PROVISION_JOBS, QueueNames.IMPORT_JOBS)) {
      sqs.purgeQueue(r -> r.queueUrl(url(queue))).join();
    }
  }

  /** Takes all records to audit-service from its queue. */
  void forgetRecords() {
    sqs.purgeQueue(r -> r.queueUrl(url(QueueNames.AUDIT_RECORDS))).join();
  }

  /** Waits for the provisioner's job that is exactly this. */
  JobMessage provisioning(JobTask task) {
    return receive(QueueNames.PROVISION_JOBS, job -> job.task().equals(task), String.valueOf(task));
  }

  /** Takes the provisioner's next job, if there is one within a second. */
  Optional<JobMessage> nextProvisioning() {
    String queue = url(QueueNames.PROVISION_JOBS);
    List<Message> messages =
        sqs.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(1).waitTimeSeconds(1))
            .join()
            .messages();
    for (Message message : messages) {
      sqs.deleteMessage(r -> r.queueUrl(queue).receiptHandle(message.receiptHandle())).join();
      return Optional.of(Json.read(message.body(), JobMessage.class));
    }
    return Optional.empty();
  }

  private JobMessage receive(String name, Predicate<JobMessage> wanted, String what) {
    String queue = url(name);
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (System.nanoTime() < deadline) {
      List<Message> messages =
          sqs.receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(1)).join().messages();
      for (Message message : messages) {
        sqs.deleteMessage(r -> r.queueUrl(queue).receiptHandle(message.receiptHandle())).join();
        JobMessage job = Json.read(message.body(), JobMessage.class);
        if (wanted.test(job)) {
          return job;
        }
      }
    }
    throw new AssertionError("No message of " + what);
  }

  void loaded(JobMessage job, long tableId, long sequence, Instant time) {
    report(
        job,
        Status.SUCCESS,
        List.of(
            new TableState(
                tableId, sequence, List.of("id", "name"), List.of("id"), 5, 16384, time, false)),
        new LoadReceipt(
            List.of(new ObjectDigest("exp-15/12/users.csv", 77, "ab".repeat(32))),
            List.of("id", "name"),
            6,
            5,
            0,
            0,
            0,
            5,
            16384,
            0.42),
        null,
        null);
  }

  void exported(JobMessage job, ExportReceipt export) {
    report(job, Status.SUCCESS, List.of(), null, export, null);
  }

  void checked(JobMessage job, DryRunReport report) {
    send(outcome(job, Status.SUCCESS, List.of(), null, null, null).withDryRun(report));
  }

  void changed(JobMessage job, TableState table) {
    report(job, Status.SUCCESS, List.of(table), null, null, null);
  }

  void deleted(JobMessage job, TableState table, long rows) {
    send(outcome(job, Status.SUCCESS, List.of(table), null, null, null).withDeletedRows(rows));
  }

  /** As often as a worker gives a sign of life. */
  void started(JobMessage job) {
    send(outcome(job, Status.STARTED, List.of(), null, null, null));
  }

  void succeeded(JobMessage job) {
    report(job, Status.SUCCESS, List.of(), null, null, null);
  }

  void failed(JobMessage job, JobError error) {
    report(job, Status.ERROR, List.of(), null, null, error);
  }

  private void report(
      JobMessage job,
      Status status,
      List<TableState> tables,
      @Nullable LoadReceipt load,
      @Nullable ExportReceipt export,
      @Nullable JobError error) {
    send(outcome(job, status, tables, load, export, error));
  }

  private static JobOutcome outcome(
      JobMessage job,
      Status status,
      List<TableState> tables,
      @Nullable LoadReceipt load,
      @Nullable ExportReceipt export,
      @Nullable JobError error) {
    Instant now = Instant.now();
    return new JobOutcome(
        job.jobId(),
        job.projectId(),
        status,
        now,
        now,
        tables,
        load,
        export,
        error,
        JobMetrics.NONE,
        "test");
  }

  private void send(JobOutcome outcome) {
    sqs.sendMessage(r -> r.queueUrl(url(QueueNames.JOB_RESULTS)).messageBody(Json.write(outcome)))
        .join();
  }

  private String url(String queue) {
    return sqs.getQueueUrl(r -> r.queueName(queue)).join().queueUrl();
  }

  /** Polls as clients do. */
  static JsonNode finished(Client client, long jobId) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (true) {
      JsonNode job = client.get("jobs/" + jobId).json(200);
      String status = job.path("status").asString();
      if (status.equals("success") || status.equals("error")) {
        return job;
      }
      assertThat(System.nanoTime()).as("job %d is %s", jobId, status).isLessThan(deadline);
    }
  }
}
