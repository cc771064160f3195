package io.penstock.embedded.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that outlived the JVM that started it ({@code kill -9}, out of memory). It holds the
 * data directory, so it is stopped before another is started. The caller holds the state
 * directory's lock: no living JVM answers for it.
 */
final class Leftover {
  private static final Logger LOG = LoggerFactory.getLogger(Leftover.class);

  /** Both times are seconds of a clock that may have been set in between. */
  private static final Duration TOLERANCE = Duration.ofSeconds(60);

  private static final Duration FAST = Duration.ofSeconds(30);
  private static final Duration IMMEDIATE = Duration.ofSeconds(15);

  private Leftover() {}

  /**
   * Stops what an earlier run left on this data directory, and only that: the process must have the
   * number in {@code postmaster.pid}, this very directory in its command line, and have started at
   * the time in the file.
   *
   * @throws IllegalStateException when such a server does not stop, or a process is there of which
   *     it is unclear what it is
   */
  static void stop(Path data, PostgresPrograms programs) {
    var file = PostmasterFile.read(data);
    var process = file.flatMap(f -> ProcessHandle.of(f.pid())).filter(ProcessHandle::isAlive);
    if (file.isEmpty() || process.isEmpty()) {
      return; // PostgreSQL itself sees that such a file is stale, and recovers from a crash
    }
    if (!servesDirectory(process.get(), data)) {
      forgetNumberInOtherHands(data, process.get().pid());
      return;
    }
    var started = process.get().info().startInstant().orElse(Instant.EPOCH);
    if (Duration.between(started, file.get().started()).abs().compareTo(TOLERANCE) > 0) {
      throw new IllegalStateException(
          "Process %d works on %s but did not start when postmaster.pid says: stop it yourself"
              .formatted(file.get().pid(), data));
    }
    LOG.info(
        "Stopping the PostgreSQL (process {}) that an earlier run left on {}",
        file.get().pid(),
        data);
    end(process.get(), programs);
  }

  /**
   * Fast shutdown, then after a time limit an immediate one; both lose nothing that was committed.
   *
   * @throws IllegalStateException when the process survives both
   */
  static void end(ProcessHandle process, PostgresPrograms programs) {
    programs.signal("INT", process.pid());
    if (!ended(process, FAST)) {
      LOG.warn(
          "PostgreSQL (process {}) has not stopped within {}: stopping it at once",
          process.pid(),
          FAST);
      programs.signal("QUIT", process.pid());
      if (!ended(process, IMMEDIATE)) {
        throw new IllegalStateException(
            "PostgreSQL (process %d) does not stop: see what holds it".formatted(process.pid()));
      }
    }
  }

  private static boolean ended(ProcessHandle process, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    var exit = process.onExit();
    while (!exit.isDone() && !isZombie(process.pid())) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Waiting.patiently(() -> awaitBriefly(exit));
    }
    return true;
  }

  private static boolean awaitBriefly(CompletableFuture<ProcessHandle> exit)
      throws InterruptedException {
    try {
      exit.get(50, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot wait for a process", e);
    }
  }

  /**
   * Ended, but its new parent (the first process of a container, say) has not asked for its exit
   * status.
   */
  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return stat.startsWith(
          "Z", stat.lastIndexOf(')') + 2); // proc_pid_stat(5): pid (comm) state …
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean servesDirectory(ProcessHandle process, Path data) {
    List<String> arguments = Arrays.asList(process.info().arguments().orElse(new String[0]));
    int option = arguments.indexOf("-D");
    return option >= 0
        && option + 1 < arguments.size()
        && arguments.get(option + 1).equals(data.toString());
  }

  /**
   * After the machine's or a container's restart the number may belong to anybody of ours, and
   * PostgreSQL would then not start. The file also guards against a server's orphaned children, who
   * live in the data directory: none may be left.
   */
  private static void forgetNumberInOtherHands(Path data, long pid) {
    try {
      Path real = data.toRealPath();
      boolean inhabited = ProcessHandle.allProcesses().anyMatch(p -> worksIn(real, p.pid()));
      if (inhabited) {
        throw new IllegalStateException(
            "Processes still work in %s: stop them yourself".formatted(data));
      }
      LOG.info(
          "postmaster.pid in {} names process {}, which is another program: removing the file",
          data,
          pid);
      Files.deleteIfExists(PostmasterFile.in(data));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot see who works in " + data, e);
    }
  }

  private static boolean worksIn(Path data, long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd")).equals(data);
    } catch (IOException e) {
      return false; // gone meanwhile, or another user's, who cannot work in a directory of mode
      // 0700
    }
  }
}
