package io.penstock.kill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL servers, found whoever started them. */
final class Postmasters {
  private Postmasters() {}

  /** Servers of this installation's databases, by the files that they write themselves. */
  static List<ProcessHandle> of(Installation installation) {
    List<ProcessHandle> found = new ArrayList<>();
    for (String server : List.of("metadata", "warehouse")) {
      Path file = installation.home().resolve(server).resolve("data").resolve("postmaster.pid");
      try {
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        if (lines.size() > 2) {
          ProcessHandle.of(Math.abs(Long.parseLong(lines.getFirst().strip())))
              .filter(process -> isServer(process, Long.parseLong(lines.get(2).strip())))
              .ifPresent(found::add);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  /** Not somebody who got the number of one that is long gone. */
  private static boolean isServer(ProcessHandle process, long startedAt) {
    return process
        .info()
        .startInstant()
        .map(start -> Math.abs(start.getEpochSecond() - startedAt) <= 10)
        .orElse(false);
  }
}
