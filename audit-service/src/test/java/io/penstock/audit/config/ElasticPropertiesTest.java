package io.penstock.audit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.penstock.model.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ElasticPropertiesTest {
  private static final List<URI> CLUSTER = List.of(URI.create("https://search.example.org:9200"));
  private static final Secret SECRET = Secret.of("hidden");

  @Test
  void secretsAreNotToldOn() {
    var byPassword = new ElasticProperties(CLUSTER, "audit", SECRET, null, null, "audit", null);
    var byKey = new ElasticProperties(CLUSTER, null, null, SECRET, null, "audit", null);

    assertThat(byPassword.toString() + byKey).doesNotContain("hidden");
  }

  @Test
  void clusterIsSpokenToInClearOnTheSameMachineOnly() {
    var local = List.of(URI.create("http://127.0.0.1:9200"));
    assertThat(new ElasticProperties(local, null, null, null, null, "audit", null).uris())
        .isEqualTo(local);
    for (String uri : List.of("http://search.example.org:9200", "ftp://127.0.0.1", "127.0.0.1")) {
      refused(List.of(URI.create(uri)), null, null, null, null);
    }
  }

  @Test
  void halfACredentialIsRefused() {
    refused(CLUSTER, "audit", null, null, null);
    refused(CLUSTER, null, SECRET, null, null);
    refused(CLUSTER, "audit", SECRET, SECRET, null);
  }

  @Test
  void retentionIsATimeOrUnset() {
    refused(CLUSTER, null, null, null, Duration.ZERO);
    assertThat(new ElasticProperties(CLUSTER, null, null, null, null, "audit", null).retention())
        .isNull();
  }

  private static void refused(
      List<URI> uris,
      @Nullable String username,
      @Nullable Secret password,
      @Nullable Secret apiKey,
      @Nullable Duration retention) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ElasticProperties(uris, username, password, apiKey, null, "audit", retention))
        .withMessageStartingWith("penstock.audit.elasticsearch.");
  }
}
