package io.penstock.uploader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.uploader.Progress.Phase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
  private static final long MEGABYTE = 1_000_000;

  private final StringWriter text = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();
  private final TerminalProgress terminal =
      new TerminalProgress(new PrintWriter(text), 80, nanos::get);
  private final PlainProgress plain = new PlainProgress(new PrintWriter(text), nanos::get);

  private void passes(double seconds) {
    nanos.addAndGet((long) (seconds * 1e9));
  }

  private String taken() {
    String taken = text.toString();
    text.getBuffer().setLength(0);
    return taken;
  }

  @Test
  void terminalLineIsDrawnTenTimesASecondAtMost() {
    terminal.update(Phase.SENDING, 0, 100 * MEGABYTE);
    for (int i = 1; i <= 1000; i++) {
      passes(0.001);
      terminal.update(Phase.SENDING, i * MEGABYTE / 20, 100 * MEGABYTE);
    }

    assertThat(taken().chars().filter(c -> c == '\r').count()).isBetween(10L, 12L);
  }

  @Test
  void terminalKeepsToOneLineAndClearsIt() {
    terminal.update(Phase.PREPARING, 0, 10 * MEGABYTE);
    passes(1);
    terminal.update(Phase.SENDING, 0, 10 * MEGABYTE);
    passes(1);
    terminal.update(Phase.SENDING, 10 * MEGABYTE, 10 * MEGABYTE);
    terminal.update(Phase.IMPORTING, 10 * MEGABYTE, 10 * MEGABYTE);
    passes(3);
    terminal.update(Phase.IMPORTING, 10 * MEGABYTE, 10 * MEGABYTE);
    terminal.update(Phase.DONE, 10 * MEGABYTE, 10 * MEGABYTE);

    assertThat(taken())
        .doesNotContain("\n")
        .contains("100 %  10.0 MB of 10.0 MB  10.0 MB/s")
        .contains("\rimporting  3 s")
        .endsWith("\r\u001b[K");
  }

  @Test
  void terminalClosedTwiceIsClearedOnce() {
    terminal.update(Phase.PREPARING, 0, 1);
    terminal.close();
    taken();

    terminal.close();

    assertThat(taken()).isEmpty();
  }

  @Test
  void reasonForWaitingGetsItsOwnLine() {
    terminal.update(Phase.PREPARING, 0, 1);
    terminal.waiting("the server answered HTTP 503: busy", Duration.ofSeconds(7));
    plain.waiting("the server answered HTTP 503: busy", Duration.ofMillis(20));

    assertThat(taken())
        .contains("\r\u001b[Kthe server answered HTTP 503: busy; trying again in 7 s\n")
        .endsWith("the server answered HTTP 503: busy; trying again in 1 s\n");
  }

  @Test
  void plainLinesComeEveryTenPercentOfASlowUpload() {
    plain.update(Phase.PREPARING, 0, 100 * MEGABYTE);
    plain.update(Phase.SENDING, 0, 100 * MEGABYTE);
    for (int percent = 1; percent <= 100; percent++) {
      passes(0.2);
      plain.update(Phase.SENDING, percent * MEGABYTE, 100 * MEGABYTE);
    }
    plain.update(Phase.IMPORTING, 100 * MEGABYTE, 100 * MEGABYTE);
    plain.update(Phase.DONE, 100 * MEGABYTE, 100 * MEGABYTE);

    assertThat(taken().lines())
        .hasSize(11)
        .startsWith("sending 100.0 MB", "sent 10 %, 10.0 MB of 100.0 MB at 5.0 MB/s, 18 s left")
        .endsWith("sent 100.0 MB at 5.0 MB/s, importing");
  }

  @Test
  void plainLinesOfAFastUploadAreFew() {
    plain.update(Phase.SENDING, 0, 100 * MEGABYTE);
    for (int percent = 1; percent <= 100; percent++) {
      passes(0.001);
      plain.update(Phase.SENDING, percent * MEGABYTE, 100 * MEGABYTE);
    }

    assertThat(taken().lines()).containsExactly("sending 100.0 MB");
  }

  @Test
  void plainLinesShowThatAStallingUploadLives() {
    plain.update(Phase.SENDING, 0, 100 * MEGABYTE);
    for (int i = 1; i <= 20; i++) {
      passes(1);
      plain.update(Phase.SENDING, i, 100 * MEGABYTE);
    }
    plain.update(Phase.IMPORTING, 100 * MEGABYTE, 100 * MEGABYTE);
    for (int i = 1; i <= 11; i++) {
      passes(1);
      plain.update(Phase.IMPORTING, 100 * MEGABYTE, 100 * MEGABYTE);
    }

    assertThat(taken().lines())
        .filteredOn(line -> line.startsWith("sent 0 %") || line.startsWith("importing for"))
        .hasSize(6)
        .endsWith("importing for 5 s", "importing for 10 s");
  }
}
