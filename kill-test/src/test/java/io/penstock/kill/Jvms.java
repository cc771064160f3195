package io.penstock.kill;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Java processes on an installation.
 *
 * @param logs the folder in which each has its log
 */
record Jvms(Installation installation, Path logs) {
  private static final Duration START = Duration.ofSeconds(150);
  private static final List<String> FLAGS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-Xshare:auto",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  Process launch(String name, String heap, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.add("-Xmx" + heap);
    command.addAll(FLAGS);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PENSTOCK_HOME", installation.home().toString());
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(logs.resolve(name + ".log").toFile()));
    return builder.start();
  }

  /** Returns when the address answers 200. */
  void awaitReady(String name, Process process, URI ready, HttpClient client) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(3)).build();
    await(
        name,
        process,
        () -> {
          try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
          } catch (IOException e) {
            return false;
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  void await(String name, Process process, BooleanSupplier ready) throws Exception {
    Instant until = Instant.now().plus(START);
    while (!ready.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new AssertionError(
            "%s ended with %d while it started; see %s"
                .formatted(name, process.exitValue(), logs.resolve(name + ".log")));
      }
      if (Instant.now().isAfter(until)) {
        throw new AssertionError(name + " was not ready within " + START);
      }
      TimeUnit.MILLISECONDS.sleep(50); // nothing tells when it is ready
    }
  }

  void requireAlive(String name, Process process) {
    if (!process.isAlive()) {
      throw new AssertionError(
          "%s ended by itself, with %d; see %s"
              .formatted(name, process.exitValue(), logs.resolve(name + ".log")));
    }
  }

  /** Waits for one that was told to end, and insists. */
  static void end(Process process) {
    try {
      if (process.waitFor(30, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
