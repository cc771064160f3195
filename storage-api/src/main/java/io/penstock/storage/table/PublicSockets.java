package io.penstock.storage.table;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.ssl.SSLSocketFactory;

/**
 * Sockets that look at the address they connect to, not at a name that may stand for another one
 * the next moment: neither this machine nor its network. Thread-safe.
 */
final class PublicSockets extends SSLSocketFactory {
  private final SSLSocketFactory tls;
  private final boolean anywhere;

  /**
   * @param anywhere every address is fine
   */
  PublicSockets(SSLSocketFactory tls, boolean anywhere) {
    this.tls = tls;
    this.anywhere = anywhere;
  }

  /** What the client asks for first; TLS is put on it afterwards. */
  @Override
  public Socket createSocket() {
    return new Socket() {
      @Override
      public void connect(SocketAddress endpoint, int timeout) throws IOException {
        requirePublic(endpoint);
        super.connect(endpoint, timeout);
      }
    };
  }

  @Override
  public Socket createSocket(Socket plain, String host, int port, boolean autoClose)
      throws IOException {
    return tls.createSocket(plain, host, port, autoClose);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw unchecked();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    throw unchecked();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw unchecked();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    throw unchecked();
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return tls.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return tls.getSupportedCipherSuites();
  }

  private static IOException unchecked() {
    return new IOException("This way of connecting would not be looked at");
  }

  private void requirePublic(SocketAddress endpoint) throws IOException {
    boolean fine =
        endpoint instanceof InetSocketAddress address
            && address.getAddress() != null
            && (anywhere || isPublic(address.getAddress()));
    if (!fine) {
      throw new IOException("The host has no public address");
    }
  }

  static boolean isPublic(InetAddress address) {
    boolean special =
        address.isLoopbackAddress()
            || address.isAnyLocalAddress()
            || address.isLinkLocalAddress()
            || address.isSiteLocalAddress()
            || address.isMulticastAddress();
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    if (address instanceof Inet6Address) {
      // 2000::/3 is what is routed; 2001:0::/32 and 2002::/16 carry IPv4 addresses inside.
      boolean routed = (first & 0xe0) == 0x20;
      boolean tunnel =
          (first == 0x20 && second == 0x02)
              || (first == 0x20 && second == 0x01 && bytes[2] == 0 && bytes[3] == 0);
      return !special && routed && !tunnel;
    }
    boolean shared = first == 100 && (second & 0xc0) == 64;
    boolean benchmark = first == 198 && (second & 0xfe) == 18;
    return !special && !shared && !benchmark && first != 0 && first < 240;
  }
}
