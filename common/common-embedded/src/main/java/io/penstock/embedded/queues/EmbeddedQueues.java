package io.penstock.embedded.queues;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.penstock.embedded.LoopbackPort;
import io.penstock.embedded.PortInUseException;
import io.penstock.model.QueueNames;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.BindFailedException;
import org.elasticmq.NodeAddress;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.Await;
import scala.concurrent.duration.FiniteDuration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The queues of {@link QueueNames}, each with its dead-letter queue, by ElasticMQ in this JVM on
 * 127.0.0.1. Messages are in memory only, and any access key is accepted. A message that was
 * received 20 times goes to the dead-letter queue; one that was received and not deleted is visible
 * again after 30 seconds, unless its receiver extends that. Thread-safe.
 */
public final class EmbeddedQueues implements AutoCloseable {
  /** How often a message may be received before it is a dead letter. */
  public static final int MAX_RECEIVES = 20;

  private static final int VISIBILITY_SECONDS = 30;
  private static final int PORT_ATTEMPTS = 3;
  private static final long LIMIT_SECONDS = 30;
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedQueues.class);

  private final ActorSystem actors;
  private final SQSRestServer server;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedQueues(ActorSystem actors, SQSRestServer server, int port) {
    this.actors = actors;
    this.server = server;
    this.port = port;
  }

  /**
   * Starts the server and makes the queues. When it fails, nothing is left running.
   *
   * @param port on 127.0.0.1; 0: a free one
   * @throws PortInUseException when somebody listens on the port
   */
  public static EmbeddedQueues start(int port) {
    var actors =
        ActorSystem.create("penstock-queues", config(), EmbeddedQueues.class.getClassLoader());
    EmbeddedQueues queues;
    try {
      queues = bind(actors, port);
    } catch (RuntimeException | Error e) {
      terminate(actors);
      throw e;
    }
    try {
      queues.createQueues();
      return queues;
    } catch (RuntimeException | Error e) {
      queues.close();
      throw e;
    }
  }

  /** What an SQS client takes for its endpoint. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Stops listening; the messages are gone. A second call does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        await(server.stopAndGetFuture().apply());
      } catch (TimeoutException e) {
        LOG.warn("The queues did not stop in order", e);
      } finally {
        terminate(actors);
      }
    }
  }

  /** A free port may be taken before it is used: then another one is tried. */
  private static EmbeddedQueues bind(ActorSystem actors, int wanted) {
    for (int attempt = 1; ; attempt++) {
      int port = LoopbackPort.available(wanted, "queues");
      var server =
          SQSRestServerBuilder.withActorSystem(actors)
              .withInterface("127.0.0.1")
              .withPort(port)
              .withServerAddress(new NodeAddress("http", "127.0.0.1", port, ""))
              .start();
      try {
        await(server.startFuture());
        return new EmbeddedQueues(actors, server, port);
      } catch (BindFailedException e) {
        if (wanted != 0 || attempt == PORT_ATTEMPTS) {
          throw new PortInUseException(port, "queues");
        }
      } catch (TimeoutException e) {
        throw new IllegalStateException(
            "The queues have not started in %d seconds".formatted(LIMIT_SECONDS), e);
      }
    }
  }

  private void createQueues() {
    try (var client =
        SqsClient.builder()
            .endpointOverride(endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("unused", "unused")))
            .build()) {
      for (String queue : QueueNames.ALL) {
        create(client, queue);
      }
    }
  }

  private static void create(SqsClient client, String queue) {
    String deadLetters =
        client.createQueue(request -> request.queueName(QueueNames.deadLetters(queue))).queueUrl();
    String arn =
        client
            .getQueueAttributes(
                request ->
                    request.queueUrl(deadLetters).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    String redrive =
        "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":%d}".formatted(arn, MAX_RECEIVES);
    client.createQueue(
        request ->
            request
                .queueName(queue)
                .attributes(
                    Map.of(
                        QueueAttributeName.VISIBILITY_TIMEOUT,
                        Integer.toString(VISIBILITY_SECONDS),
                        QueueAttributeName.REDRIVE_POLICY,
                        redrive)));
  }

  private static void await(scala.concurrent.Future<?> future) throws TimeoutException {
    try {
      Await.result(future, FiniteDuration.apply(LIMIT_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the queues start or stop", e);
    }
  }

  private static void terminate(ActorSystem actors) {
    try {
      actors.terminate();
      actors.getWhenTerminated().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("The queues' threads did not end in order", e);
    }
  }

  /**
   * Log through slf4j from warnings on; no threads that keep the JVM alive; its end is ours to
   * order.
   */
  private static Config config() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("pekko.loggers", List.of("org.apache.pekko.event.slf4j.Slf4jLogger"));
    settings.put("pekko.logging-filter", "org.apache.pekko.event.slf4j.Slf4jLoggingFilter");
    settings.put("pekko.loglevel", "WARNING");
    settings.put("pekko.stdout-loglevel", "OFF");
    settings.put("pekko.log-dead-letters", "off");
    settings.put("pekko.log-dead-letters-during-shutdown", "off");
    settings.put("pekko.daemonic", "on");
    settings.put("pekko.jvm-exit-on-fatal-error", "off");
    settings.put("pekko.coordinated-shutdown.run-by-jvm-shutdown-hook", "off");
    // AWS's Authorization header is no RFC 9110 token list; each call would be warned of.
    settings.put("pekko.http.parsing.illegal-header-warnings", "off");
    settings.put("pekko.http.server.parsing.illegal-header-warnings", "off");
    // A long poll of 20 s must not run into the server's own limit of 20 s.
    settings.put("pekko.http.server.request-timeout", "40s");
    return ConfigFactory.parseMap(settings)
        .withFallback(ConfigFactory.defaultReference(EmbeddedQueues.class.getClassLoader()))
        .resolve();
  }
}
