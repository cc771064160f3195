package io.penstock.quickstart;

import io.penstock.aws.keys.LocalKeyring;
import io.penstock.aws.keys.LocalRecipientSeal;
import io.penstock.embedded.postgres.Databases;
import io.penstock.embedded.postgres.EmbeddedPostgresServer;
import io.penstock.embedded.postgres.PostgresSettings;
import io.penstock.embedded.queues.EmbeddedQueues;
import io.penstock.embedded.tls.LocalAuthority;
import io.penstock.model.job.RoleCredential;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running parts. Started one after the other, each only when what it needs is ready; closed the
 * other way round.
 */
final class Platform implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Platform.class);

  private final Home home;
  private final Ports ports;
  private final Set<Service> left;
  private final Consumer<String> progress;
  private final Deque<Part> parts = new ArrayDeque<>();

  private record Part(String name, AutoCloseable closing) {}

  /**
   * Not started yet.
   *
   * @param left services that somebody else starts, with their file in {@code config/}
   */
  Platform(Home home, Ports ports, Set<Service> left, Consumer<String> progress) {
    this.home = home;
    this.ports = ports;
    this.left = left;
    this.progress = progress;
  }

  /** Starts everything; when a part fails, what had started is closed again. */
  void start() {
    try {
      startParts();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void startParts() {
    LocalAuthority authority = part("certificates", () -> LocalAuthority.open(home.folder("tls")));
    LocalAuthority.ServerCertificate certificate =
        part("server certificate", () -> authority.serverCertificate("penstock"));
    Path keyDirectory = part("keys", () -> home.folder("keys"));
    LocalKeyring keyring = part("keyring", () -> new LocalKeyring(keyDirectory));
    Path workerPrivate = keyDirectory.resolve("worker-private.json");
    Path workerPublic = keyDirectory.resolve("worker-public.json");
    part(
        "worker keyset",
        () -> {
          LocalRecipientSeal.generate(workerPrivate, workerPublic);
          return workerPublic;
        });
    EmbeddedPostgresServer metadata =
        closing("metadata database", () -> postgres("metadata", ports.metadata()));
    EmbeddedPostgresServer warehouse =
        closing("warehouse database", () -> postgres("warehouse", ports.warehouse()));
    RoleCredential metadataRole = part("metadata role", () -> Databases.prepareMetadata(metadata));
    RoleCredential provisioner =
        part("provisioner role", () -> Databases.prepareWarehouse(warehouse));
    LocalSecrets secrets = new LocalSecrets(home);
    closing(
        "object store",
        () -> ObjectStorePart.start(home, ports.s3(), keyDirectory, keyring, secrets));
    part("trail bucket", () -> ObjectStorePart.createTrailBucket(ports.s3(), secrets));
    closing("queues", () -> EmbeddedQueues.start(ports.sqs()));
    ServiceSettings settings =
        new ServiceSettings(
            home,
            ports,
            secrets,
            new ServiceSettings.Keys(
                metadataRole,
                provisioner,
                metadata.jdbcUrl(Databases.METADATA),
                keyDirectory,
                workerPublic,
                workerPrivate,
                authority.certificate(),
                certificate.chain(),
                certificate.privateKey()));
    for (Service service : Service.values()) {
      startService(service, settings);
    }
  }

  private void startService(Service service, ServiceSettings settings) {
    Path file = part(service.label() + " settings", () -> settings.write(service));
    if (left.contains(service)) {
      progress.accept(service.label() + " is left to you: its settings are in " + file);
      return;
    }
    closing(
        service.label(),
        () ->
            service
                .application()
                .registerShutdownHook(false)
                .run("--spring.config.additional-location=file:" + file));
  }

  private EmbeddedPostgresServer postgres(String name, int port) throws Exception {
    return EmbeddedPostgresServer.start(
        PostgresSettings.in(home.folder(name))
            .named(name)
            .withBinaries(home.folder("postgres-binaries"))
            .withPort(port));
  }

  private <T> T part(String name, Callable<T> start) {
    try {
      return start.call();
    } catch (Exception e) {
      log.error("{} did not start", name, e);
      throw new PartFailure(name, e);
    }
  }

  private <T extends AutoCloseable> T closing(String name, Callable<T> start) {
    long begin = System.nanoTime();
    T started = part(name, start);
    parts.push(new Part(name, started));
    progress.accept("%s is ready (%.1f s)".formatted(name, (System.nanoTime() - begin) / 1e9));
    return started;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      try {
        part.closing().close();
      } catch (Exception e) {
        log.warn("{} did not end cleanly", part.name(), e);
      }
    }
  }
}
