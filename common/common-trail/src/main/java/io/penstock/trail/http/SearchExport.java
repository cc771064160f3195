package io.penstock.trail.http;

import io.penstock.model.Json;
import io.penstock.trail.verify.SearchRows;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * An export of the whole search as JSON lines, from the server or from a file.
 *
 * @param project whose records it has; null: of all projects
 * @param pause after which a server finds what it had just kept; null: it is a file
 */
public record SearchExport(Source source, @Nullable Long project, @Nullable Duration pause)
    implements SearchRows {
  /** Without an end the server takes its own time, and clocks of others may be ahead of it. */
  private static final String EXPORT =
      "/v2/audit/events/export?format=jsonl&until=9999-12-31T00:00:00Z";

  /** What was just kept can be found a second or two later. */
  private static final int PAUSES = 3;

  /** A record with all of its parameters, as it was recorded. */
  private static final int LONGEST_LINE = 64 << 20;

  /** Opens the lines. */
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  public static SearchExport of(LogServer server, @Nullable Long project) {
    return new SearchExport(
        () ->
            server
                .open(EXPORT)
                .orElseThrow(() -> new IOException(EXPORT + " is not known to this server")),
        project,
        server.firstPause().multipliedBy(PAUSES));
  }

  public static SearchExport of(Path file, @Nullable Long project) {
    return new SearchExport(() -> Files.newInputStream(file), project, null);
  }

  @Override
  public boolean awaitNewer() {
    if (pause != null) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new InterruptedIOException(e.getMessage()));
      }
    }
    return pause != null;
  }

  @Override
  public void forEach(Consumer<JsonNode> consumer) {
    try (BoundedLines lines = new BoundedLines(source.open(), LONGEST_LINE)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (!line.isBlank()) {
          consumer.accept(Json.mapper().readTree(line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the export broke off: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new UncheckedIOException(new IOException("the export is not JSON lines", e));
    }
  }
}
