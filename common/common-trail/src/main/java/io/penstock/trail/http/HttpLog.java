package io.penstock.trail.http;

import io.penstock.model.Json;
import io.penstock.trail.EntryBundle;
import io.penstock.trail.TilePath;
import io.penstock.trail.verify.LogCopy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The log of the token's organisation. Bundles hold the records of all projects of the
 * organisation; a token that may not read them is told the entries of its own project.
 */
public final class HttpLog implements LogCopy, AutoCloseable {
  private static final String ENTRIES = "/v2/audit/log/entries";

  /** None: asks only whether this token may. */
  private static final String LAST_ENTRIES = ENTRIES + "?after=" + (Long.MAX_VALUE - 2);

  private static final int LONGEST_ANSWER = 1 << 20;

  /** An entry in which every byte is escaped. */
  private static final int LONGEST_LINE = 6 * EntryBundle.LARGEST_ENTRY + 1024;

  private final LogServer server;
  private final HttpTiles tiles;
  private final boolean bundles;
  private final boolean entries;
  private @Nullable Lines lines;

  /**
   * @throws UncheckedIOException when the server does not answer
   */
  public HttpLog(LogServer server) {
    this.server = server;
    this.tiles = new HttpTiles(server);
    this.bundles = may(() -> tiles.read(TilePath.entries(0, TilePath.FULL)));
    this.entries = bundles || may(() -> server.read(LAST_ENTRIES, LONGEST_ANSWER));
  }

  private static boolean may(Supplier<Optional<byte[]>> reading) {
    try {
      Optional<byte[]> _ = reading.get();
      return true;
    } catch (IllegalArgumentException _) {
      return true; // whatever it is: the check names it
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof LogRefusedException) {
        return false;
      }
      throw e;
    }
  }

  /** Whether any entry can be read, and not hashes only. */
  public boolean hasEntries() {
    return entries;
  }

  @Override
  public String place() {
    return server.base().toString();
  }

  @Override
  public Optional<byte[]> read(String path) {
    return tiles.read(path);
  }

  @Override
  public boolean isCopied() {
    return false;
  }

  @Override
  public boolean hasBundles() {
    return bundles;
  }

  @Override
  public Iterator<IndexedEntry> entries() {
    if (!entries) {
      return Collections.emptyIterator();
    }
    try {
      close();
      InputStream in =
          server
              .open(ENTRIES)
              .orElseThrow(() -> new IOException(ENTRIES + " is not known to this server"));
      lines = new Lines(in);
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public boolean hasSegments() {
    return false;
  }

  @Override
  public OptionalLong segmentFrom(long index) {
    return OptionalLong.empty();
  }

  /** The server gives them back in the rows of the search, where they are compared. */
  @Override
  public boolean hasValues() {
    return false;
  }

  @Override
  public long[] checkpointSizes() {
    return new long[0]; // the server lists none; those that the reader kept are what counts
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.reader.close();
      lines = null;
    }
  }

  /** {@code {"index":7,"entry":"…"}}, one a line. */
  private static final class Lines implements Iterator<IndexedEntry> {
    private final BoundedLines reader;
    private @Nullable String next;

    Lines(InputStream in) {
      reader = new BoundedLines(in, LONGEST_LINE);
    }

    @Override
    public boolean hasNext() {
      try {
        next = next == null ? reader.next() : next;
        return next != null;
      } catch (IOException e) {
        throw new UncheckedIOException("the entries broke off: " + e.getMessage(), e);
      }
    }

    @Override
    public IndexedEntry next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      JsonNode line = json(next);
      next = null;
      return new IndexedEntry(
          line.path("index").asLong(-1),
          line.path("entry").asString("").getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode json(String line) {
      try {
        return Json.mapper().readTree(line);
      } catch (JacksonException e) {
        throw new UncheckedIOException(new IOException("the entries are not JSON lines", e));
      }
    }
  }
}
