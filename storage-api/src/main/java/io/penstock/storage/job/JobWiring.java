package io.penstock.storage.job;

import io.awspring.cloud.sqs.listener.QueueNotFoundStrategy;
import io.awspring.cloud.sqs.listener.SqsMessageListenerContainer;
import io.penstock.model.QueueNames;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The queue of results. */
@Configuration
class JobWiring {
  /** A transaction each; the pool of connections is shared with the calls. */
  private static final int AT_ONCE = 8;

  @Bean
  SqsMessageListenerContainer<String> jobOutcomes(SqsAsyncClient sqs, OutcomeListener listener) {
    return SqsMessageListenerContainer.<String>builder()
        .id("job-outcomes")
        .sqsAsyncClient(sqs)
        .queueNames(QueueNames.JOB_RESULTS)
        .configure(
            options ->
                options
                    .queueNotFoundStrategy(QueueNotFoundStrategy.FAIL)
                    .maxConcurrentMessages(AT_ONCE)
                    .maxMessagesPerPoll(AT_ONCE)
                    .pollTimeout(Duration.ofSeconds(10))
                    .messageVisibility(Duration.ofSeconds(60))
                    .acknowledgementInterval(Duration.ZERO)
                    .acknowledgementThreshold(0)
                    .listenerShutdownTimeout(Duration.ofSeconds(15)))
        .messageListener(message -> listener.receive(message.getPayload()))
        .build();
  }
}
