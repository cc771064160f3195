package io.penstock.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.model.Json;
import io.penstock.model.QueueText;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordBatch;
import io.penstock.model.audit.RecordQuery;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.EntryBundle;
import io.penstock.trail.RecordProof;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TileHashes;
import io.penstock.trail.TilePath;
import io.penstock.trail.TileSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

class AuditServiceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;
  private AuditPlatform platform;
  private ConfigurableApplicationContext service;

  @BeforeEach
  void start() throws Exception {
    platform = new AuditPlatform(directory);
    service = platform.start();
    awaitReady();
  }

  @AfterEach
  void stop() {
    service.close();
    platform.close();
  }

  @Test
  void recordFromTheQueueIsConfirmedAndFound() throws Exception {
    AuditRecord record = Samples.event(1).message("Imported 7 rows").build();

    platform.send(record);

    awaitConfirmed(record.id());
    awaitFound("imported", 1);
    var found = platform.get(service, "/internal/records/" + record.id() + "?projectId=12");
    assertThat(Json.read(found.body(), KeptRecord.class)).isEqualTo(new KeptRecord(0, record));
    assertThat(platform.get(service, "/internal/records/5001?projectId=12").body())
        .isEqualTo(found.body());
    assertThat(platform.get(service, "/internal/records/5001?projectId=13").statusCode())
        .isEqualTo(404);
  }

  @Test
  void largeRecordIsFoundWhole() throws Exception {
    AuditRecord record =
        Samples.event(1)
            .message("large " + "x".repeat(40_000))
            .params(Map.of("a", "y".repeat(30_000)))
            .build();

    platform.send(record, Samples.event(2).message("small").build());

    awaitConfirmed(record.id(), Samples.id(2));
    var found = platform.get(service, "/internal/records/" + record.id() + "?projectId=12");
    assertThat(Json.read(found.body(), KeptRecord.class)).isEqualTo(new KeptRecord(0, record));
    awaitFound("*", 2);
    String page = platform.search(service, "{\"projectId\":12,\"paging\":{\"limit\":9}}").body();
    assertThat(Json.read(page, RecordQuery.Page.class).records())
        .contains(new KeptRecord(0, record));
  }

  @Test
  void manyRecordsComePacked() {
    AuditRecord[] records =
        IntStream.range(1, 301)
            .mapToObj(i -> Samples.event(i).message("packed").build())
            .toArray(AuditRecord[]::new);
    String body = QueueText.pack(QueueText.of(new RecordBatch(List.of(records))));
    assertThat(body).startsWith("gzip:");

    platform.sendText(body);

    awaitFound("packed", 300);
  }

  @Test
  void batchDeliveredTwiceIsFoundOnceAndConfirmedTwice() {
    AuditRecord record = Samples.event(1).build();

    platform.send(record);
    platform.send(record);

    awaitConfirmed(record.id(), record.id());
    awaitFound("*", 1);
  }

  @Test
  void brokenMessageHoldsNobodyUp() {
    AuditRecord record = Samples.event(1).build();

    platform.sendText("{\"records\":");
    platform.sendText("{\"records\":[{\"id\":null}]}");
    platform.send(record);

    awaitConfirmed(record.id());
  }

  @Test
  void indexIsRebuiltFromTheTrailAfterARestart() throws Exception {
    platform.send(Samples.event(1).build(), Samples.event(2).organisation(2L).build());
    awaitConfirmed(Samples.id(1), Samples.id(2));
    service.close();
    try (var files = Files.list(platform.index)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }

    service = platform.start();

    awaitReady();
    awaitFound("*", 2);
  }

  @Test
  void indexIsRebuiltOnDemandWhileTheServiceIsDown() throws Exception {
    platform.send(Samples.event(1).build(), Samples.event(2).organisation(2L).build());
    awaitConfirmed(Samples.id(1), Samples.id(2));
    assertThatThrownBy(() -> AuditService.rebuildIndex(platform.settings()))
        .as("the service holds its directories")
        .hasStackTraceContaining("The audit index is not available now");
    service.close();

    AuditService.rebuildIndex(platform.settings());

    service = platform.start();
    awaitReady();
    awaitFound("*", 2);
  }

  @Test
  void recordsThatCameWhileNobodyListenedAreKeptLater() {
    service.close();
    platform.send(Samples.event(1).build());

    service = platform.start();

    awaitConfirmed(Samples.id(1));
    awaitFound("*", 1);
  }

  @Test
  void recordIsProvenByTheLogWithinSeconds() throws Exception {
    AuditRecord record = Samples.event(1).build();
    platform.send(record, Samples.event(2).build());
    awaitConfirmed(Samples.id(1), Samples.id(2));
    TileSource log = platform.log("1");
    Awaitility.await().atMost(PATIENCE).until(() -> log.read("checkpoint").isPresent());
    service.close(); // leaves nothing unproven

    String note = new String(log.read("checkpoint").orElseThrow(), StandardCharsets.UTF_8);

    Checkpoint checkpoint = Checkpoint.parse(SignedNote.parse(note).text());
    assertThat(checkpoint.size()).isEqualTo(2);
    byte[] bundle = log.read(TilePath.entries(0, 2)).orElseThrow();
    byte[] entry = EntryBundle.decode(bundle).getFirst();
    var proof =
        new RecordProof(
            0,
            new String(entry, StandardCharsets.UTF_8),
            new TileHashes(log, 2).inclusion(0, 2),
            note);
    assertThat(proof.entry()).contains(record.id().toString());
    assertThat(proof.verify(List.of(platform.logKey())))
        .isInstanceOf(RecordProof.Outcome.Proven.class);
  }

  @Test
  void errorsComeInTheContractsEnvelope() throws Exception {
    var broken = platform.search(service, "{\"projectId\":12,\"query\":\"a/b\"}");

    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(Json.mapper().readTree(broken.body()).path("code").asString())
        .isEqualTo("query.syntax");
    assertThat(Json.mapper().readTree(broken.body()).path("error").asString())
        .startsWith("Failed to parse query");
    assertThat(platform.search(service, "{").statusCode()).isEqualTo(400);
    assertThat(
            platform
                .search(service, "{\"projectId\":12,\"paging\":{\"limit\":10001}}")
                .statusCode())
        .isEqualTo(400);
    var unknown = platform.get(service, "/internal/records/x?projectId=12");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("\"code\":\"storage.events.notFound\"", "exceptionId");
    assertThat(platform.get(service, "/internal/records/x?projectId=a").statusCode())
        .isEqualTo(400);
    assertThat(platform.get(service, "/internal/records/x").statusCode()).isEqualTo(400);
    assertThat(platform.get(service, "/internal/nothing").body()).contains("\"code\":\"notFound\"");
    assertThat(platform.get(service, "/internal/records/search").statusCode()).isIn(400, 405);
  }

  private void awaitReady() {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> platform.get(service, "/health/ready").statusCode() == 200);
  }

  private void awaitConfirmed(UUID... ids) {
    List<UUID> confirmed = new ArrayList<>();
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              confirmed.addAll(platform.confirmed());
              assertThat(confirmed).containsExactlyInAnyOrder(ids);
            });
  }

  private void awaitFound(String query, int total) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(total(query)).isEqualTo(total));
  }

  private long total(String query) throws IOException, InterruptedException {
    String body = "{\"projectId\":12,\"counting\":{\"total\":true},\"query\":\"" + query + "\"}";
    return Json.read(platform.search(service, body).body(), RecordQuery.Page.class).total();
  }
}
