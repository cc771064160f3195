package io.penstock.aws.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.penstock.aws.ScopedCredentials.TemporaryCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalScopedCredentialsTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
  private static final String KEY = "exp-15/12/a.csv";

  @TempDir Path directory;

  @Test
  void tokenHoldsItsGrant() {
    LocalGrants grants = LocalGrants.in(directory);
    TemporaryCredentials issued = issuer(grants).forUpload("acme", KEY, false, true, hours(12));

    LocalGrant grant = grants.open(issued.sessionToken().reveal()).orElseThrow();

    assertThat(grant.accessKeyId()).isEqualTo(issued.accessKeyId());
    assertThat(grant.expiration()).isEqualTo(NOW.plus(hours(12)));
    assertThat(grant.allows(LocalGrant.Verb.WRITE, "acme", KEY)).isTrue();
    assertThat(grant.allows(LocalGrant.Verb.WRITE, "acme", KEY + "x")).isFalse();
    assertThat(grant.allows(LocalGrant.Verb.WRITE, "other", KEY)).isFalse();
    assertThat(grant.allows(LocalGrant.Verb.READ, "acme", KEY)).isFalse();
  }

  @Test
  void credentialsSurviveARestart() {
    TemporaryCredentials issued =
        issuer(LocalGrants.in(directory)).forDownload("acme", KEY, hours(1));

    LocalGrants later = LocalGrants.in(directory);

    assertThat(later.open(issued.sessionToken().reveal())).isPresent();
    assertThat(later.secretOf(issued.accessKeyId())).isEqualTo(issued.secretAccessKey());
  }

  @Test
  void tokenOfAnotherInstallationOrWithOneChangedCharacterIsNotOpened(@TempDir Path elsewhere) {
    LocalGrants grants = LocalGrants.in(directory);
    String foreign =
        issuer(LocalGrants.in(elsewhere))
            .forDownload("acme", KEY, hours(1))
            .sessionToken()
            .reveal();
    String own = issuer(grants).forDownload("acme", KEY, hours(1)).sessionToken().reveal();
    char middle = own.charAt(40);
    String forged = own.substring(0, 40) + (middle == 'A' ? 'B' : 'A') + own.substring(41);

    assertThat(grants.open(foreign)).isEmpty();
    assertThat(grants.open(forged)).isEmpty();
    assertThat(grants.open("not base64 at all")).isEmpty();
    assertThat(grants.open("")).isEmpty();
  }

  @Test
  void keyFileIsTheOwnersOnly() throws Exception {
    LocalGrants.in(directory);

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("sts.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void manyThatStartAtOnceAgreeOnOneKey() throws Exception {
    Callable<String> start = () -> LocalGrants.in(directory).secretOf("ASIA1").reveal();
    List<String> secrets;
    try (var pool = Executors.newFixedThreadPool(8)) {
      secrets =
          pool.invokeAll(Stream.generate(() -> start).limit(8).toList()).stream()
              .map(future -> future.resultNow())
              .toList();
    }

    assertThat(secrets).hasSize(8).containsOnly(secrets.getFirst());
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void grantForEverythingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> issuer(LocalGrants.in(directory)).forDownload("acme", "", hours(1)));
  }

  private static LocalScopedCredentials issuer(LocalGrants grants) {
    return new LocalScopedCredentials(grants, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static Duration hours(int hours) {
    return Duration.ofHours(hours);
  }
}
