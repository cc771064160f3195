package io.penstock.trail.cli;

import io.penstock.model.Secret;
import io.penstock.trail.http.AddedAuthority;
import io.penstock.trail.http.LogServer;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server, and who asks. */
final class ServerOptions {
  private static final int LONGEST_TOKEN = 4096;
  private static final Duration CONNECTING = Duration.ofSeconds(15);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  @Option(
      names = "--from",
      paramLabel = "URL",
      description = "Address of the server. Default: STORAGE_API_URL.")
  private @Nullable String from;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "File that holds the token, - for standard input. Default: the token in"
              + " STORAGE_API_TOKEN.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description =
          "PEM file of the authority that signed the server's certificate. Default: PENSTOCK_CA.")
  private @Nullable Path authority;

  boolean given() {
    return from != null || tokenFile != null;
  }

  /**
   * @throws IllegalArgumentException when something is missing or wrong; the message says what to
   *     do
   */
  LogServer connect(Function<String, @Nullable String> environment) {
    String address = from == null ? environment.apply("STORAGE_API_URL") : from;
    if (address == null || address.isBlank()) {
      throw new IllegalArgumentException("which log? Give --dir or --from, or set STORAGE_API_URL");
    }
    HttpClient.Builder http = HttpClient.newBuilder().connectTimeout(CONNECTING);
    String pem = authority == null ? environment.apply("PENSTOCK_CA") : authority.toString();
    if (pem != null && !pem.isBlank()) {
      http.sslContext(AddedAuthority.context(Path.of(pem)));
    }
    URI root = root(URI.create(address.strip()));
    return new LogServer(http.build(), root, token(environment), FIRST_PAUSE);
  }

  private Secret token(Function<String, @Nullable String> environment) {
    String token =
        tokenFile == null
            ? environment.apply("STORAGE_API_TOKEN")
            : Texts.read(tokenFile, LONGEST_TOKEN);
    if (token == null || token.isBlank()) {
      throw new IllegalArgumentException("which token? Give --token-file or set STORAGE_API_TOKEN");
    }
    if (!token.strip().matches("[!-~]+")) {
      throw new IllegalArgumentException("the token has characters that no token has");
    }
    return Secret.of(token.strip());
  }

  /** Scheme, host and port; what would be spoken in clear is refused, but on this machine. */
  private static URI root(URI address) {
    String scheme = address.getScheme();
    String host = address.getHost();
    if (host == null || !("https".equals(scheme) || "http".equals(scheme))) {
      throw new IllegalArgumentException(
          "\"%s\" is no address of a server: it looks like https://storage.example.org"
              .formatted(address));
    }
    if (scheme.equals("http") && !isLoopback(host)) {
      throw new IllegalArgumentException(host + " would be spoken to in clear: use https");
    }
    String port = address.getPort() < 0 ? "" : ":" + address.getPort();
    return URI.create(scheme + "://" + host + port);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
  }
}
