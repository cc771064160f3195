package io.penstock.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One connection that sends the same GET again and again, opened anew when the server ends it after
 * an answer (Tomcat does after a hundred). Client and servers share the machine, so what it costs
 * is taken from what is measured: nothing is parsed but status, length and chunks.
 */
final class KeepAlive implements AutoCloseable {
  private final URI address;
  private final byte[] request;
  private Socket socket;
  private InputStream in;
  private boolean ended;

  /**
   * @param token empty: none is sent
   */
  KeepAlive(URI address, String token) throws IOException {
    this.address = address;
    socket = connect(address);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    String header = token.isEmpty() ? "" : "X-StorageApi-Token: " + token + "\r\n";
    request =
        "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n"
            .formatted(address.getRawPath(), address.getRawAuthority(), header)
            .getBytes(StandardCharsets.US_ASCII);
  }

  private static Socket connect(URI address) throws IOException {
    Socket socket = new Socket(address.getHost(), address.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(60_000);
    return socket;
  }

  /**
   * An answer, read to its end.
   *
   * @param recordId of the call's audit record; empty where the server named none
   */
  record Answer(int status, byte[] body, String recordId) {}

  Answer call() throws IOException {
    if (ended) {
      socket.close();
      socket = connect(address);
      in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      ended = false;
    }
    socket.getOutputStream().write(request);
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    int length = -1;
    boolean chunked = false;
    String recordId = "";
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
      }
      if (lower.startsWith("x-penstock-record-id:")) {
        recordId = lower.substring(lower.indexOf(':') + 1).strip();
      }
      ended |= lower.startsWith("connection:") && lower.endsWith("close");
      chunked |= lower.startsWith("transfer-encoding:") && lower.endsWith("chunked");
    }
    return new Answer(status, chunked ? chunks() : exactly(Math.max(length, 0)), recordId);
  }

  private byte[] chunks() throws IOException {
    var body = new java.io.ByteArrayOutputStream();
    int size;
    do {
      size = Integer.parseInt(line().strip(), 16);
      body.write(exactly(size));
      line();
    } while (size > 0);
    return body.toByteArray();
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("The answer broke off");
    }
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(64);
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("The connection was closed");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
