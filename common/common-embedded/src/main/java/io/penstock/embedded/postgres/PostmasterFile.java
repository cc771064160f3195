package io.penstock.embedded.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A data directory's {@code postmaster.pid} (source of PostgreSQL, {@code
 * src/include/utils/pidfile.h}).
 *
 * @param pid of the server that wrote it, which may be long gone
 * @param started when that server was started
 * @param ready true: it accepts connections
 */
record PostmasterFile(long pid, Instant started, boolean ready) {
  private static final int PID = 0;
  private static final int START_TIME = 2;
  private static final int STATUS = 7;

  static Path in(Path data) {
    return data.resolve("postmaster.pid");
  }

  /** What the file says; empty where there is none, or one that is being written. */
  static Optional<PostmasterFile> read(Path data) {
    List<String> lines;
    try {
      lines = Files.readAllLines(in(data));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + in(data), e);
    }
    if (lines.size() <= START_TIME) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new PostmasterFile(
              Math.abs(Long.parseLong(lines.get(PID).strip())),
              Instant.ofEpochSecond(Long.parseLong(lines.get(START_TIME).strip())),
              lines.size() > STATUS && lines.get(STATUS).strip().equals("ready")));
    } catch (NumberFormatException e) {
      throw new IllegalStateException(
          in(data) + " is damaged: see whether a server runs there, then delete it", e);
    }
  }
}
