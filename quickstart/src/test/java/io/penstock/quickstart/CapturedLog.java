package io.penstock.quickstart;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Everything that this JVM logs at DEBUG, as its own encoder writes it, into a file instead of the
 * usual places.
 */
final class CapturedLog implements AutoCloseable {
  private final Logger root;
  private final Level before;
  private final List<Appender<ILoggingEvent>> usual = new ArrayList<>();
  private final Capture capture;

  private CapturedLog(Logger root, Level before, Capture capture) {
    this.root = root;
    this.before = before;
    this.capture = capture;
  }

  private static final class Capture extends AppenderBase<ILoggingEvent> {
    private final Encoder<ILoggingEvent> encoder;
    private final OutputStream out;

    Capture(Encoder<ILoggingEvent> encoder, OutputStream out) {
      this.encoder = encoder;
      this.out = out;
    }

    /** One at a time, as its superclass promises. */
    @Override
    protected void append(ILoggingEvent event) {
      try {
        out.write(encoder.encode(event));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static CapturedLog into(Path file) throws IOException {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
    root.iteratorForAppenders().forEachRemaining(appenders::add);
    Encoder<ILoggingEvent> encoder =
        appenders.stream()
            .filter(OutputStreamAppender.class::isInstance)
            .map(each -> ((OutputStreamAppender<ILoggingEvent>) each).getEncoder())
            .findFirst()
            .orElseThrow();
    Capture capture =
        new Capture(encoder, new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
    capture.setContext(context);
    capture.start();
    CapturedLog log = new CapturedLog(root, root.getLevel(), capture);
    log.usual.addAll(appenders);
    appenders.forEach(root::detachAppender);
    root.addAppender(capture);
    root.setLevel(Level.DEBUG);
    return log;
  }

  @Override
  public void close() throws IOException {
    root.setLevel(before);
    root.detachAppender(capture);
    usual.forEach(root::addAppender);
    capture.stop();
    capture.out.close();
  }
}
