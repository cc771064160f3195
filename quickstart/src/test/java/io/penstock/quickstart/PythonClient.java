package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The public Python client of the Storage API, from the Python package index, in a virtual
 * environment of its own. Where there is no Python or no index, tests with it are skipped and say
 * so.
 */
record PythonClient(Path python) {
  private static final String PACKAGE = "kbcstorage==0.12.0";

  /** Installs what is not there yet. */
  static PythonClient installed(Path directory) throws IOException, InterruptedException {
    Path python = directory.resolve("bin").resolve("python").toAbsolutePath();
    Path stamp = directory.resolve(PACKAGE);
    if (!Files.exists(stamp)) {
      if (!succeeds(List.of("python3", "-m", "venv", directory.toString()))
          || !succeeds(List.of(python.toString(), "-m", "pip", "install", "--quiet", PACKAGE))) {
        String reason =
            "SKIPPED: the public Python client was not tried. It needs `python3 -m venv` and the"
                + " package "
                + PACKAGE;
        System.err.println(reason);
        abort(reason);
      }
      Files.createFile(stamp);
    }
    return new PythonClient(python);
  }

  private static boolean succeeds(List<String> command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).inheritIO().start();
      boolean ended = process.waitFor(5, TimeUnit.MINUTES);
      if (!ended) {
        process.destroyForcibly();
      }
      return ended && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs a program of the test's resources; returns what it printed. */
  List<String> run(String program, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path script = Files.createTempFile("penstock", program);
    try (InputStream in =
        Objects.requireNonNull(PythonClient.class.getResourceAsStream("/python/" + program))) {
      Files.write(script, in.readAllBytes());
    }
    ProcessBuilder builder = new ProcessBuilder(python.toString(), script.toString());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    Process process = builder.start();
    List<String> printed = process.inputReader().lines().toList();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(String.join("\n", printed)).isZero();
    Files.delete(script);
    return printed.stream().filter(line -> line.startsWith("flow: ")).toList();
  }
}
