package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.storage.http.Cable.State;
import io.penstock.storage.http.Client.Answer;
import io.penstock.storage.http.Gateway.Lines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Each neighbour away, once cut off and once silent: what is answered, and that it passes. */
@Timeout(180)
class OutageIT {
  /** The database's: what it takes until a call that it does not answer is given up. */
  private static final Duration LIMIT = Duration.ofSeconds(35);

  @TempDir(cleanup = CleanupMode.NEVER)
  static Path keys;

  @SuppressWarnings("NullAway.Init")
  private static Lines lines;

  @SuppressWarnings("NullAway.Init")
  private static Client master;

  @BeforeAll
  static void start() {
    lines = Gateway.behind(keys);
    master = lines.gateway().master();
  }

  @AfterEach
  void mend() {
    for (Cable cable :
        new Cable[] {lines.database(), lines.queues(), lines.audit(), lines.objects()}) {
      cable.become(State.WHOLE);
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> ready() == 200 && works());
  }

  @ParameterizedTest
  @EnumSource(names = {"CUT", "SILENT"})
  void databaseAway(State fault) {
    assertThat(master.get("buckets").status()).isEqualTo(200);

    lines.database().become(fault);

    long begun = System.nanoTime();
    putOff(master.get("buckets"));
    putOff(master.post("buckets", Map.of("name", Gateway.unique("b"))));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LIMIT.multipliedBy(2));
    await().atMost(Duration.ofSeconds(40)).until(() -> ready() == 503);
    assertThat(health("live")).isEqualTo(200);

    lines.database().become(State.WHOLE);

    await().atMost(Duration.ofSeconds(60)).until(() -> ready() == 200 && works());
  }

  @ParameterizedTest
  @EnumSource(names = {"CUT", "SILENT"})
  void queueAwayLosesNoJob(State fault) {
    String bucket = master.newBucket();
    long file = uploaded();
    lines.queues().become(fault);

    JsonNode job = create(bucket, file).json(202);

    await().atMost(Duration.ofSeconds(90)).until(() -> ready() == 503);
    assertThat(health("live")).isEqualTo(200);
    assertThat(works()).as("calls that need no queue").isTrue();
    assertThat(master.get("jobs/" + job.path("id").asLong()).json(200).path("status").asString())
        .isEqualTo("waiting");
    lines.queues().become(State.WHOLE);
    assertThat(lines.gateway().worker().receive(job.path("id").asLong()).attempt()).isPositive();
    await().atMost(Duration.ofSeconds(60)).until(() -> ready() == 200);
  }

  @ParameterizedTest
  @EnumSource(names = {"CUT", "SILENT"})
  void objectStoreAway(State fault) {
    String bucket = master.newBucket();
    long file = uploaded();
    lines.objects().become(fault);

    long begun = System.nanoTime();
    putOff(create(bucket, file));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(12));
    assertThat(works()).as("calls that need no object").isTrue();
    assertThat(master.get("buckets/" + bucket + "/tables").json(200)).isEmpty();
    await().atMost(Duration.ofSeconds(90)).until(() -> ready() == 503);
    assertThat(health("live")).isEqualTo(200);

    lines.objects().become(State.WHOLE);

    await().atMost(Duration.ofSeconds(60)).until(() -> create(bucket, file).status() == 202);
    await().atMost(Duration.ofSeconds(60)).until(() -> ready() == 200);
  }

  /** Only the search of events needs it: taking the whole gateway out of service helps nobody. */
  @ParameterizedTest
  @EnumSource(names = {"CUT", "SILENT"})
  void auditServiceAway(State fault) {
    lines.audit().become(fault);

    putOff(master.get("events"));
    assertThat(works()).isTrue();
    assertThat(ready()).isEqualTo(200);

    lines.audit().become(State.WHOLE);

    await().atMost(Duration.ofSeconds(60)).until(() -> master.get("events").status() == 200);
  }

  @Test
  void allIsWell() {
    assertThat(ready()).isEqualTo(200);
    assertThat(health("live")).isEqualTo(200);
  }

  private static void putOff(Answer answer) {
    answer.assertRefused(503, "serviceUnavailable");
    assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
  }

  private static boolean works() {
    return master.get("buckets").status() == 200;
  }

  private static int ready() {
    return health("ready");
  }

  private static int health(String what) {
    return master.health(what);
  }

  private static Answer create(String bucket, long file) {
    return master.post(
        "buckets/" + bucket + "/tables-async",
        Map.of("name", Gateway.unique("t"), "dataFileId", file));
  }

  private static long uploaded() {
    JsonNode file =
        master.post("files/prepare", Map.of("name", "a.csv", "federationToken", 1)).json(201);
    lines
        .gateway()
        .store()
        .put(
            lines.gateway().objectBucket(),
            file.path("uploadParams").path("key").asString(),
            "id\n1\n".getBytes(StandardCharsets.UTF_8),
            "text/csv");
    return file.path("id").asLong();
  }
}
