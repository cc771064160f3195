package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Fetches what {@code dataUrl} names: by https only, from hosts on a list only, from public
 * addresses only unless the installation says otherwise. Each redirection is checked anew, and so
 * is the very address that is connected to. Thread-safe.
 */
@Component
class UrlSource {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int READ_MILLIS = 10_000;
  private static final int MOST_REDIRECTIONS = 3;
  private static final List<Integer> REDIRECTIONS = List.of(301, 302, 303, 307, 308);

  private final LoadProperties properties;
  private final SSLSocketFactory sockets;

  @Autowired
  UrlSource(LoadProperties properties) {
    this(properties, (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  /**
   * @param tls decides whom to trust
   */
  UrlSource(LoadProperties properties, SSLSocketFactory tls) {
    this.properties = properties;
    this.sockets = new PublicSockets(tls, properties.urlPrivateAddresses());
  }

  /** What is being fetched; the caller's to close. */
  record Fetched(String fileName, InputStream body, HttpsURLConnection connection)
      implements AutoCloseable {
    @Override
    public void close() {
      connection.disconnect();
    }
  }

  /**
   * Connects.
   *
   * @throws PlatformException {@code URL_FETCH} when it must not be fetched, or cannot be
   */
  Fetched open(String given) {
    long deadline = System.nanoTime() + properties.urlTimeout().toNanos();
    URI url = allowed(given);
    for (int i = 0; i <= MOST_REDIRECTIONS; i++) {
      HttpsURLConnection connection = null;
      try {
        connection = connect(url);
        int status = connection.getResponseCode();
        if (status == HttpsURLConnection.HTTP_OK) {
          InputStream body = new Bounded(connection.getInputStream(), deadline);
          return new Fetched(fileName(url), body, connection);
        }
        String next = REDIRECTIONS.contains(status) ? connection.getHeaderField("Location") : null;
        connection.disconnect();
        if (next == null) {
          throw refused("the host answered %d instead of 200".formatted(status), null);
        }
        url = allowed(url.resolve(next).toString());
      } catch (IOException | IllegalArgumentException e) {
        if (connection != null) {
          connection.disconnect();
        }
        throw refused("the host could not be reached, or is not to be trusted", e);
      }
    }
    throw refused("the host redirects too often", null);
  }

  private HttpsURLConnection connect(URI url) throws IOException {
    HttpsURLConnection connection = (HttpsURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
    connection.setSSLSocketFactory(sockets);
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setUseCaches(false);
    connection.setRequestProperty("Accept-Encoding", "identity");
    connection.setRequestProperty("Connection", "close");
    return connection;
  }

  private URI allowed(String given) {
    URI url;
    try {
      url = new URI(given);
    } catch (URISyntaxException e) {
      throw refused("it is no address", e);
    }
    String host = url.getHost();
    if (!"https".equalsIgnoreCase(url.getScheme()) || host == null || url.getUserInfo() != null) {
      throw refused("it must be an https address with a host and without a user's name", null);
    }
    String name = host.toLowerCase(Locale.ROOT);
    String listed = url.getPort() < 0 || url.getPort() == 443 ? name : name + ":" + url.getPort();
    if (properties.urlHosts().stream().noneMatch(listed::equalsIgnoreCase)) {
      throw refused(
          "the host is not on this installation's list (penstock.loads.url-hosts); upload the file"
              + " and load it by dataFileId instead",
          null);
    }
    return url;
  }

  private static String fileName(URI url) {
    String path = url.getPath() == null ? "" : url.getPath();
    String last = path.substring(path.lastIndexOf('/') + 1);
    String name = last.length() > 100 ? last.substring(last.length() - 100) : last;
    return name.isEmpty() ? "data.csv" : name;
  }

  private static PlatformException refused(String why, @Nullable Throwable cause) {
    return new PlatformException(ErrorCode.URL_FETCH, "dataUrl cannot be fetched: " + why, cause);
  }

  /** Ends with the time, however slowly bytes drip in; what breaks off is no short file. */
  private static final class Bounded extends FilterInputStream {
    private final long deadline;

    Bounded(InputStream body, long deadline) {
      super(body);
      this.deadline = deadline;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (System.nanoTime() > deadline) {
        throw refused("it takes too long; upload the file and load it by dataFileId instead", null);
      }
      try {
        return in.read(target, offset, length);
      } catch (IOException e) {
        throw refused("the host broke off or was silent", e);
      }
    }
  }
}
