package io.penstock.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Ports of 127.0.0.1, looked at before a server is told to listen there: its own message would not
 * say what to change.
 */
public final class LoopbackPort {
  private LoopbackPort() {}

  /**
   * The port itself when nobody listens there; for 0 one that is free now. Somebody may take it
   * before it is used.
   *
   * @throws PortInUseException when it is taken
   */
  public static int available(int port, String part) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      return socket.getLocalPort();
    } catch (BindException e) {
      throw new PortInUseException(port, part);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot listen on 127.0.0.1", e);
    }
  }
}
