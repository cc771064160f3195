package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.http.Client.Answer;
import org.junit.jupiter.api.Test;

/** An answer that the caller has already is not sent again. */
class EntityTagIT {
  private static final Gateway GATEWAY = Gateway.get();
  private final Client master = GATEWAY.master();

  @Test
  void unchangedDetailIsNotSentAgain() {
    String path = "buckets/" + master.newBucket();
    String tag = master.get(path).response().headers().firstValue("ETag").orElseThrow();

    Answer again = master.having(tag).get(path);

    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(again.response().headers().firstValue("X-Penstock-Record-Id")).isPresent();
  }

  @Test
  void verifiedTokenThatTheCallerHasIsNotSentAgainAndItsRecordSaysSo() {
    Client token = GATEWAY.limited().inRun(Gateway.unique("run-verified"));
    token.get("tokens/verify").json(200);
    Answer first = token.get("tokens/verify");
    String tag = first.response().headers().firstValue("ETag").orElseThrow();

    Answer again = token.having(tag).get("tokens/verify");

    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(GATEWAY.recordsOfRun(token).stream().map(one -> one.path("status").asInt()))
        .containsExactly(200, 200, 304);
    GATEWAY.grant(token, master.newBucket(), "READ");
    assertThat(token.having(tag).get("tokens/verify").status()).isEqualTo(200);
  }

  @Test
  void changedListIsSent() {
    String tag = master.get("buckets").response().headers().firstValue("ETag").orElseThrow();
    master.newBucket();

    assertThat(master.having(tag).get("buckets").status()).isEqualTo(200);
  }

  @Test
  void whoMayNotReadIsRefusedWhateverTheTag() {
    String path = "buckets/" + master.newBucket();
    String tag = master.get(path).response().headers().firstValue("ETag").orElseThrow();

    GATEWAY.limited().having(tag).get(path).assertRefused(403, "accessDenied");
    master.with("").having(tag).get(path).json(401);
  }
}
