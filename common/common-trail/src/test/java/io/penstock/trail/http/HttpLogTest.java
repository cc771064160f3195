package io.penstock.trail.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.penstock.trail.verify.Finding;
import io.penstock.trail.verify.LogVerifier;
import io.penstock.trail.verify.Problem;
import io.penstock.trail.verify.TestLog;
import io.penstock.trail.verify.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpLogTest {
  private final TestLog log;
  private final LogOverHttp server;

  HttpLogTest(@TempDir Path folder) throws IOException {
    log = TestLog.of(folder.resolve("log"), 600);
    server = new LogOverHttp(log);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Verification verify() throws IOException {
    Clock clock = Clock.fixed(TestLog.BEGIN.plus(Duration.ofHours(1)), ZoneOffset.UTC);
    try (LogServer asked = server.connect(LogOverHttp.TOKEN);
        HttpLog copy = new HttpLog(asked)) {
      return new LogVerifier(copy, List.of(log.key()), clock).knowing(log.checkpoint()).verify();
    }
  }

  @Test
  void wholeLogIsVerifiedOverHttp() throws IOException {
    Verification result = verify();

    assertThat(result.findings()).isEmpty();
    assertThat(result.counts().entries()).isEqualTo(600);
  }

  @Test
  void tokenThatMayNotReadBundlesVerifiesItsOwnEntriesAndAllHashes() throws IOException {
    server.refuseBundles();
    server.tellEntries();

    Verification result = verify();

    assertThat(result.findings()).isEmpty();
    assertThat(result.counts().entries()).isEqualTo(300);
    assertThat(result.counts().bundles()).isZero();
  }

  @Test
  void alteredOwnEntryIsNamed() throws IOException {
    server.refuseBundles();
    log.rewrite(310, text -> text.replace("ALLOWED", "REFUSED"));
    server.tellEntries();

    assertThat(verify().findings())
        .extracting(Finding::problem, Finding::first)
        .containsExactly(tuple(Problem.ALTERED, 310L));
  }

  @Test
  void ownRecordThatStandsTwiceIsNamedWithoutBundles() throws IOException {
    log.add(TestLog.record(10)).write();
    server.refuseBundles();
    server.tellEntries();

    assertThat(verify().findings())
        .extracting(Finding::problem, Finding::first)
        .containsExactly(tuple(Problem.DUPLICATED, 600L));
  }

  @Test
  void lostTileIsNamedWithoutBundlesToo() throws IOException {
    server.refuseBundles();
    server.tellEntries();
    log.delete("tile/0/001");

    assertThat(verify().findings())
        .extracting(Finding::problem, Finding::first)
        .containsExactly(tuple(Problem.TILE, 256L));
  }

  @Test
  void serverThatIsAwayForAWhileIsAskedAgain() throws IOException {
    server.fail(4);

    assertThat(verify().verified()).isTrue();
  }

  @Test
  void serverThatStaysAwayIsNotTakenForALogWithFindings() {
    server.fail(1000);

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(this::verify)
        .withMessageContaining("503 away");
  }

  @Test
  void refusedTokenIsSaid() {
    try (LogServer asked = server.connect("100-7-other")) {
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> new HttpTiles(asked).read("checkpoint"))
          .withCauseInstanceOf(LogRefusedException.class)
          .withMessageContaining("401 Invalid access token");
    }
  }
}
