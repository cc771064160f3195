package io.penstock.storage.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP line to a local server that can be cut, and that can swallow whatever is sent. */
final class Cable implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile State state = State.WHOLE;

  /** What becomes of bytes. */
  enum State {
    WHOLE,
    /** Connections break, new ones are closed at once. */
    CUT,
    /** Connections are accepted, and nothing ever comes back. */
    SILENT
  }

  private Cable(ServerSocket server, int target) {
    this.server = server;
    this.target = target;
  }

  static Cable to(int target) {
    try {
      Cable cable = new Cable(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), target);
      Thread.ofVirtual().start(cable::accept);
      return cable;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  /** Connections of before do not survive a change: they have lost bytes. */
  void become(State next) {
    State before = state;
    state = next;
    if (next == State.CUT || before == State.SILENT) {
      sockets.forEach(Cable::close);
      sockets.clear();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (state == State.CUT) {
          close(client);
        } else {
          sockets.add(client);
          Thread.ofVirtual().start(() -> connect(client));
        }
      } catch (IOException _) {
        // closed: the loop ends
      }
    }
  }

  private void connect(Socket client) {
    if (state != State.WHOLE) {
      return; // open, and dead
    }
    try {
      Socket there = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(there);
      Thread.ofVirtual().start(() -> pump(client, there));
      pump(there, client);
    } catch (IOException _) {
      close(client);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try {
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        if (state == State.WHOLE) {
          to.getOutputStream().write(buffer, 0, n);
          to.getOutputStream().flush();
        }
      }
    } catch (IOException _) {
      // the other end has gone
    } finally {
      if (state != State.SILENT) {
        close(from);
        close(to);
      }
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // gone already
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    become(State.CUT);
  }
}
