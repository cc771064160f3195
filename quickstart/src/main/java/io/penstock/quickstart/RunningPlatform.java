package io.penstock.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process that runs on this home, known by its id and start time, so that another process that
 * got the same id is never touched.
 */
final class RunningPlatform {
  private static final String FILE = "run/penstock.pid";

  private RunningPlatform() {}

  /** Notes this very process as the one that runs. */
  static void claim(Home home) throws IOException {
    Optional<ProcessHandle> other = find(home);
    if (other.isPresent() && other.get().pid() != ProcessHandle.current().pid()) {
      throw new IllegalStateException(
          "Penstock is running on %s already (process %d)"
              .formatted(home.root(), other.get().pid()));
    }
    home.write(file(home), describe(ProcessHandle.current()));
  }

  /** Forgets this process, if it is the noted one. */
  static void release(Home home) throws IOException {
    if (find(home)
        .map(ProcessHandle::pid)
        .filter(pid -> pid == ProcessHandle.current().pid())
        .isPresent()) {
      Files.deleteIfExists(file(home));
    }
  }

  static Optional<ProcessHandle> find(Home home) throws IOException {
    Optional<String> noted = home.read(file(home));
    if (noted.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = noted.get().split(" ", 2);
    return ProcessHandle.of(Long.parseLong(parts[0]))
        .filter(ProcessHandle::isAlive)
        .filter(process -> describe(process).equals(noted.get()));
  }

  /** Asks the process to end, and insists when it does not. */
  static void stop(ProcessHandle process, Duration patience) throws InterruptedException {
    process.destroy();
    try {
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      process.destroyForcibly();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path file(Home home) {
    return home.file(FILE);
  }

  private static String describe(ProcessHandle process) {
    return process.pid()
        + " "
        + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
