package io.penstock.kill;

import io.penstock.kill.agent.KillPoint.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Each service's jar beside its libraries, as it is deployed: starts sooner than a jar of jars.
 * Used by one thread.
 */
record ServiceJars(Path checkout, Path folder, Path log) {

  /** In a folder beside the one of the logs. */
  static ServiceJars besides(Path logs) {
    return new ServiceJars(
        Path.of(System.getProperty("kill.checkout", "..")),
        logs.resolveSibling("services"),
        logs.resolve("extraction.log"));
  }

  Path extracted(Service service) throws IOException, InterruptedException {
    Path extracted = folder.resolve(service.label());
    Path executable = only(checkout.resolve(service.label()).resolve("target"), "-exec.jar");
    if (!Files.exists(extracted)) {
      Process extraction =
          new ProcessBuilder(
                  Jvms.java(),
                  "-Djarmode=tools",
                  "-jar",
                  executable.toString(),
                  "extract",
                  "--destination",
                  extracted.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!extraction.waitFor(60, TimeUnit.SECONDS) || extraction.exitValue() != 0) {
        extraction.destroyForcibly();
        throw new IOException("Could not extract " + executable);
      }
    }
    return only(extracted, ".jar");
  }

  private static Path only(Path folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .findFirst()
          .orElseThrow(() -> new IOException("No *" + ending + " in " + folder));
    }
  }
}
