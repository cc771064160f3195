package io.penstock.kill;

import io.penstock.kill.agent.ControlFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Customers load while processes are killed, at every named point and at any moment; every message
 * comes twice, and some late. Afterwards tables hold what a model says, every job has ended once,
 * and nothing is left behind.
 */
class KillTestIT {

  @Test
  void nothingIsLostAndNothingIsLeftWhateverIsKilled() throws Exception {
    Extent extent = Extent.ofProperties();
    Path folder = Files.createTempDirectory("penstock-kill-");
    System.out.printf("kill test: %s, state and logs in %s%n", extent, folder);
    Installation installation = Installation.in(folder.resolve("home"));
    ControlFolder control = new ControlFolder(Files.createDirectory(folder.resolve("control")));
    try (QueueProxy proxy = new QueueProxy(installation.queues(), extent.seed());
        PlatformProcesses processes =
            new PlatformProcesses(
                installation,
                Files.createDirectory(folder.resolve("logs")),
                settings(proxy),
                System.getProperty("kill.agent") + "=" + control.folder())) {
      new KillRun(extent, installation, control, proxy, processes).run();
    }
    delete(folder);
  }

  /** What takes a minute by default takes seconds here, so that recovery does. */
  private static List<String> settings(QueueProxy proxy) {
    return List.of(
        "penstock.aws.sqs-endpoint=" + proxy.endpoint(),
        "penstock.dispatch.lease=4s",
        "penstock.import-worker.visibility=5s",
        "penstock.import-worker.heartbeat=2s",
        "penstock.import-worker.first-pause=500ms",
        "penstock.import-worker.stop-grace=2s",
        "penstock.import-worker.keep-previous=0s",
        "penstock.import-worker.slice-size=64KB",
        "penstock.import-worker.limits.block=16KB",
        "penstock.audit.commit-interval=1s");
  }

  /** Only after a success: what a failure left is evidence. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
