package io.penstock.kill;

import io.penstock.kill.agent.ControlFolder;
import io.penstock.kill.agent.KillPoint.Service;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Sixteen clients call while storage-api and two audit-services on one bucket are killed, after
 * every step of the trail's and the log's writer and at any moment; the queues deliver twice and
 * late, and forget everything. Afterwards each record that a client was told of stands once in the
 * log and in both search indexes, and the log verifies.
 */
class TrailKillIT {

  @Test
  void everyRecordStandsOnceInALogThatVerifiesWhateverIsKilled() throws Exception {
    TrailExtent extent = TrailExtent.ofProperties();
    Instant begin = Instant.now();
    Path folder = Files.createTempDirectory("penstock-trail-kill-");
    System.out.printf("trail kill test: %s, state and logs in %s%n", extent, folder);
    Installation installation = Installation.in(folder.resolve("home"));
    Path logs = Files.createDirectory(folder.resolve("logs"));
    Jvms jvms = new Jvms(installation, logs);
    ControlFolder control = control(folder, "storage-api");
    try (HttpClient http = HttpClient.newHttpClient();
        ForgetfulQueues queues = new ForgetfulQueues(jvms, installation.sparePort(0), http);
        QueueProxy proxy = new QueueProxy(queues.endpoint(), extent.seed());
        PlatformProcesses processes =
            new PlatformProcesses(
                installation,
                logs,
                List.of(
                    "penstock.aws.sqs-endpoint=" + proxy.endpoint(),
                    // Sixteen clients of one address are refused more often than one may be, and
                    // calls above that limit share a record.
                    "penstock.storage-api.anonymous-calls-per-second=100000"),
                System.getProperty("kill.agent") + "=" + control.folder())) {
      queues.start();
      prepare(installation, processes, http);
      Path jar = ServiceJars.besides(logs).extracted(Service.AUDIT_SERVICE);
      Process making = ClassArchive.making(jvms, jar, installation.settings(Service.AUDIT_SERVICE));
      processes.startInfrastructure();
      ClassArchive archive = ClassArchive.made(making, jar);
      List<String> settings =
          List.of(
              "penstock.aws.sqs-endpoint=" + proxy.endpoint(),
              "penstock.audit.commit-interval=2s",
              "penstock.audit.checkpoint-interval=1s");
      try (AuditInstance one =
              new AuditInstance(
                  jvms,
                  jar,
                  archive,
                  "audit-service-1",
                  installation.port("audit"),
                  settings,
                  control(folder, "audit-service-1"),
                  processes.https());
          AuditInstance other =
              new AuditInstance(
                  jvms,
                  jar,
                  archive,
                  "audit-service-2",
                  installation.sparePort(1),
                  settings,
                  control(folder, "audit-service-2"),
                  processes.https())) {
        one.launch();
        other.launch();
        processes.start(Service.STORAGE_API);
        one.awaitReady();
        other.awaitReady();
        System.out.printf(
            "trail kill test: all up after %d s%n",
            Duration.between(begin, Instant.now()).toSeconds());
        new TrailKillRun(
                extent, installation, control, processes, List.of(one, other), queues, proxy)
            .run(folder.resolve("copies"));
      }
    }
    KillTestIT.delete(folder);
    System.out.printf(
        "trail kill test: passed in %d s; repeat with seed %d%n",
        Duration.between(begin, Instant.now()).toSeconds(), extent.seed());
  }

  /** The first project and its bucket, for which the whole platform is needed; then it dies. */
  private static void prepare(
      Installation installation, PlatformProcesses processes, HttpClient http) throws Exception {
    processes.startWithout(Service.AUDIT_SERVICE);
    new CustomersClient(http, installation.api(), installation.token())
        .post(201, "buckets", Map.of("name", CallingClient.BUCKET, "stage", "in"));
    processes.killWhole();
  }

  private static ControlFolder control(Path folder, String name) throws IOException {
    return new ControlFolder(Files.createDirectories(folder.resolve("control").resolve(name)));
  }
}
