package io.penstock.trail.http;

import io.penstock.model.Json;
import io.penstock.trail.verify.SearchRows;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * An export of the whole search as JSON lines, from the server or from a file.
 *
 * @param project whose records it has; null: of all projects
 */
public record SearchExport(Source source, @Nullable Long project) implements SearchRows {
  private static final String EXPORT = "/v2/audit/events/export?format=jsonl";

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
        project);
  }

  public static SearchExport of(Path file, @Nullable Long project) {
    return new SearchExport(() -> Files.newInputStream(file), project);
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
