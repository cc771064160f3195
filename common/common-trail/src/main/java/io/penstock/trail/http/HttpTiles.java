package io.penstock.trail.http;

import io.penstock.trail.TileSource;
import java.util.Optional;

/** The log of the token's organisation, as the server shows it. */
public final class HttpTiles implements TileSource {
  /** 256 entries of at most 65,535 bytes, each behind two bytes of length. */
  private static final int LARGEST = 256 * (65_535 + 2);

  private static final String LOG = "/v2/audit/log/";

  private final LogServer server;

  public HttpTiles(LogServer server) {
    this.server = server;
  }

  @Override
  public Optional<byte[]> read(String path) {
    return server.read(LOG + path, LARGEST);
  }
}
