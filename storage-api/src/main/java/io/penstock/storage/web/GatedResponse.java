package io.penstock.storage.web;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A response whose first byte has to pass the {@link Gate}; where it is refused, the refusal is
 * what leaves, and whoever goes on writing is broken off.
 */
final class GatedResponse extends HttpServletResponseWrapper {

  /** Says to whoever still writes an answer that another one has been given in its stead. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException() {
      super("The answer was refused at the gate");
    }
  }

  /** Decides; returns false when it has already answered in the response's stead. */
  interface Passage {
    boolean pass(int status) throws IOException;
  }

  private final Passage passage;
  private boolean decided;
  private boolean discarding;
  private boolean refused;
  private long bytes;
  private @Nullable ServletOutputStream stream;
  private @Nullable PrintWriter writer;

  GatedResponse(HttpServletResponse response, Passage passage) {
    super(response);
    this.passage = passage;
  }

  /** Lets the whole answer out; called when the call has been served. */
  void finish() throws IOException {
    if (writer != null) {
      writer.flush();
    }
    decide();
  }

  /** Whether another answer was given, which is whole and has left. */
  boolean isRefused() {
    return refused;
  }

  /** That were handed on, uncompressed. */
  long bytes() {
    return bytes;
  }

  private void decide() throws IOException {
    if (!decided) {
      decided = true;
      discarding = true; // unless it passes, whatever the passage ends with
      refused = !passage.pass(getStatus());
      discarding = refused;
      if (refused) {
        super.flushBuffer(); // nobody adds anything to it
      }
    }
  }

  /**
   * Whether what is written now may leave. What comes first learns nothing of a refusal: most
   * answers are written at once, and have ended with it.
   *
   * @throws RefusedException to break off what goes on after it was refused
   */
  private boolean passes() throws IOException {
    if (discarding) {
      throw new RefusedException();
    }
    decide();
    return !discarding;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    if (stream == null) {
      stream = new GatedStream(super.getOutputStream());
    }
    return stream;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    if (writer == null) {
      writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), StandardCharsets.UTF_8));
    }
    return writer;
  }

  @Override
  public void flushBuffer() throws IOException {
    decide();
    if (!discarding) {
      super.flushBuffer();
    }
  }

  @Override
  public void sendError(int status) throws IOException {
    setStatus(status);
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    setStatus(status);
  }

  private final class GatedStream extends ServletOutputStream {
    private final ServletOutputStream out;

    GatedStream(ServletOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      if (passes()) {
        out.write(b);
        bytes++;
      }
    }

    @Override
    public void write(byte[] part, int offset, int length) throws IOException {
      if (passes()) {
        out.write(part, offset, length);
        bytes += length;
      }
    }

    @Override
    public void flush() throws IOException {
      decide();
      if (!discarding) {
        out.flush();
      }
    }

    @Override
    public boolean isReady() {
      return out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      out.setWriteListener(listener);
    }
  }
}
