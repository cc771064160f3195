package io.penstock.uploader;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;

/** Which addresses we speak to. */
final class Endpoint {
  private Endpoint() {}

  /**
   * Scheme, host and port of a server's address; a user's name in it is dropped.
   *
   * @throws IllegalArgumentException when it is no such address, or leads to anything but the API
   */
  static URI rootOf(URI address) {
    requireConfidential(address, "the server");
    String path = address.getPath() == null ? "" : address.getPath().replaceAll("/+$", "");
    if (!path.isEmpty() && !path.equals("/v2/storage")) {
      throw new IllegalArgumentException("the server's address has no path " + path);
    }
    String port = address.getPort() < 0 ? "" : ":" + address.getPort();
    return URI.create(
        address.getScheme().toLowerCase(Locale.ROOT) + "://" + address.getHost() + port);
  }

  /**
   * Refuses to send anything in clear but to this machine.
   *
   * @param whose names the address in the message
   * @throws IllegalArgumentException when the URL is none, or would leak
   */
  static void requireConfidential(URI url, String whose) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    String host = url.getHost();
    if (host == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new IllegalArgumentException(
          "\"%s\" is no address of %s: it looks like https://storage.example.org"
              .formatted(url, whose));
    }
    if (scheme.equals("http") && !isLoopback(host)) {
      throw new IllegalArgumentException(
          "%s at %s would be spoken to in clear: use https".formatted(whose, host));
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
  }
}
