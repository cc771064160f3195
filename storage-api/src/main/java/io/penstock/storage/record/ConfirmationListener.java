package io.penstock.storage.record;

import io.awspring.cloud.sqs.listener.SqsMessageListenerContainer;
import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import io.penstock.model.audit.RecordConfirmation;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** Forgets what audit-service keeps. */
@Configuration
class ConfirmationListener {

  @Bean
  SqsMessageListenerContainer<String> recordConfirmations(SqsAsyncClient sqs, RecordRelay relay) {
    return SqsMessageListenerContainer.<String>builder()
        .sqsAsyncClient(sqs)
        .id("record-confirmations")
        .queueNames(QueueNames.AUDIT_CONFIRMATIONS)
        .configure(
            options ->
                options
                    .maxConcurrentMessages(4)
                    .maxMessagesPerPoll(4)
                    .pollTimeout(Duration.ofSeconds(10))
                    .acknowledgementInterval(Duration.ofMillis(200)))
        .messageListener(
            message ->
                relay.confirmed(Json.read(message.getPayload(), RecordConfirmation.class).ids()))
        .build();
  }
}
