package io.penstock.trail.http;

import io.penstock.trail.FileLimits;
import io.penstock.trail.TileSource;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The log of the token's organisation, as the server shows it. */
public final class HttpTiles implements TileSource {
  private static final String LOG = "/v2/audit/log/";

  private final LogServer server;

  public HttpTiles(LogServer server) {
    this.server = server;
  }

  @Override
  public Optional<byte[]> read(String path) {
    try {
      return server.read(LOG + path, FileLimits.largest(path));
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof TooLargeException) {
        throw (IllegalArgumentException) FileLimits.exceeded(path).initCause(e);
      }
      throw e;
    }
  }
}
