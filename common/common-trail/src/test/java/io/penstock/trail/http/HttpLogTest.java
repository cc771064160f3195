package io.penstock.trail.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.penstock.model.Json;
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
import java.util.Map;
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
  void entriesThatAreNoJsonCouldNotBeRead() {
    server.refuseBundles();
    server.put("/v2/audit/log/entries", "{\"index\":0,\n");

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(this::verify)
        .withMessageContaining("entries");
  }

  @Test
  void lineThatDoesNotEndIsNotWaitedFor() {
    server.refuseBundles();
    server.neverEnd("/v2/audit/log/entries");

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(this::verify)
        .withMessageContaining("a line is longer than");
  }

  @Test
  void rowOfTheSearchThatDoesNotEndIsNotWaitedFor() {
    server.neverEnd(LogOverHttp.EXPORT);

    try (LogServer asked = server.connect(LogOverHttp.TOKEN)) {
      SearchExport export = SearchExport.of(asked, null);
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> export.forEach(row -> {}))
          .withMessageContaining("a line is longer than");
    }
  }

  @Test
  void entriesThatAreToldAgainAndAgainAreReadOnce() throws IOException {
    server.refuseBundles();
    String line = Json.write(Map.of("index", 4, "entry", log.text(4))) + "\n";
    server.put("/v2/audit/log/entries", line.repeat(50));

    Verification result = verify();

    assertThat(result.findings())
        .extracting(Finding::problem, Finding::first)
        .containsExactly(tuple(Problem.OUT_OF_ORDER, 4L));
    assertThat(result.counts().entries()).isEqualTo(1);
  }

  @Test
  void answerThatIsLargerThanATileIsNamed() throws IOException {
    server.neverEnd("/v2/audit/log/tile/0/001");
    server.neverEnd("/v2/audit/log/tile/entries/000");

    assertThat(verify().findings())
        .extracting(Finding::problem, Finding::first, Finding::last)
        .containsExactly(tuple(Problem.ALTERED, 0L, 255L), tuple(Problem.TILE, 256L, 511L));
  }

  @Test
  void serverThatStallsIsNotWaitedFor() {
    server.stall("/v2/audit/log/tile/0/001");
    server.ignore("/v2/audit/log/tile/0/000");

    try (LogServer asked = server.connect(LogOverHttp.TOKEN, Duration.ofMillis(200))) {
      HttpTiles tiles = new HttpTiles(asked);
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> tiles.read("tile/0/001"))
          .withMessageContaining("the server has sent nothing for");
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> tiles.read("tile/0/000"))
          .withMessageContaining("timed out");
    }
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
