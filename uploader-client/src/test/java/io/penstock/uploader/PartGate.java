package io.penstock.uploader;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before an object store, hands bytes on as they are (they are signed, the address in their
 * headers included), notes which parts are put, and holds back those above a limit.
 */
final class PartGate implements AutoCloseable {
  private static final Pattern PART = Pattern.compile("PUT [^ ]*partNumber=([0-9]+)[^ ]* HTTP/1.1");
  private static final int LONGEST_LINE = 1000;

  final List<Integer> parts = new CopyOnWriteArrayList<>();
  final AtomicLong bytes = new AtomicLong();
  private final int highest;
  private final URI store;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * @param highest number of the last part that is let through
   */
  PartGate(URI store, int highest) throws IOException {
    this.store = store;
    this.highest = highest;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    var _ = threads.submit(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  private Void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      Socket behind = new Socket(store.getHost(), store.getPort());
      var _ =
          threads.submit(
              () -> {
                try (client;
                    behind) {
                  requests(client.getInputStream(), behind.getOutputStream());
                }
                return null;
              });
      var _ =
          threads.submit(
              () -> {
                try (client;
                    behind) {
                  return behind.getInputStream().transferTo(client.getOutputStream());
                }
              });
    }
  }

  private void requests(InputStream in, OutputStream out) throws Exception {
    byte[] buffer = new byte[1 << 16];
    String tail = "";
    for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
      String text = tail + new String(buffer, 0, got, ISO_8859_1);
      Matcher part = PART.matcher(text);
      int seen = 0;
      while (part.find()) {
        int number = Integer.parseInt(part.group(1));
        parts.add(number);
        seen = part.end();
        if (number > highest) {
          closed.await();
          return;
        }
      }
      tail = text.substring(Math.max(seen, text.length() - LONGEST_LINE));
      out.write(buffer, 0, got);
      out.flush();
      bytes.addAndGet(got);
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    threads.shutdownNow();
    threads.close();
  }
}
