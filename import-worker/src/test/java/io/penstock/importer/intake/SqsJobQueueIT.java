package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.aws.AwsSettings;
import io.penstock.embedded.queues.EmbeddedQueues;
import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import io.penstock.model.Secret;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobTask.DropTables;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SqsJobQueueIT {
  @Test
  void slotOutlivesAJobThatRunsOutOfMemory() throws InterruptedException {
    BlockingQueue<Long> handled = new LinkedBlockingQueue<>();
    AtomicBoolean failing = new AtomicBoolean(true);
    JobHandler handler =
        message -> {
          handled.add(message.jobId());
          if (failing.getAndSet(false)) {
            throw new OutOfMemoryError("a row of a gigabyte");
          }
          return new Handling.Ended();
        };
    try (EmbeddedQueues queues = EmbeddedQueues.start(0);
        var sqs =
            new AwsSettings("us-east-1", null, queues.endpoint(), "test", Secret.of("test"))
                .sqs()) {
      var settings =
          new SqsJobQueue.SlotSettings(
              1,
              Duration.ofSeconds(30),
              Duration.ofSeconds(10),
              Duration.ofSeconds(1),
              Duration.ofMinutes(1),
              Duration.ofSeconds(1));
      try (SqsJobQueue jobs = new SqsJobQueue(sqs, QueueNames.IMPORT_JOBS, handler, settings)) {
        jobs.start();
        String url = sqs.getQueueUrl(r -> r.queueName(QueueNames.IMPORT_JOBS)).join().queueUrl();
        sqs.sendMessage(r -> r.queueUrl(url).messageBody(message(1))).join();

        assertThat(handled.poll(20, TimeUnit.SECONDS)).isEqualTo(1L);
        assertThat(handled.poll(20, TimeUnit.SECONDS)).as("it comes again").isEqualTo(1L);
        sqs.sendMessage(r -> r.queueUrl(url).messageBody(message(2))).join();
        assertThat(handled.poll(20, TimeUnit.SECONDS)).isEqualTo(2L);
      }
    }
  }

  private static String message(long jobId) {
    return Json.write(
        new JobMessage(jobId, 12, 1, false, "12", "", new DropTables(List.of(3L)), null, null));
  }
}
