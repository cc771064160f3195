package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The log as customers read it; audit-service's side of it has tests of its own. */
class TrailIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final String ENTRY = "{\"index\":7,\"record\":{},\"schema\":1}";
  private final Client master = GATEWAY.master();

  @AfterEach
  void forget() {
    GATEWAY.auditAnswers.clear();
    GATEWAY.auditNext.clear();
  }

  @Test
  void checkpointsTilesAndKeysArePassedOnAsTheyStand() {
    Client limited = GATEWAY.limited();
    answer("1/object?path=checkpoint", "newest");
    answer("1/object?path=checkpoints%2F42", "kept");
    answer("key", "vkey");
    answer("1/object?path=tile%2F0%2Fx001%2F234", "full");
    answer("1/object?path=tile%2F1%2F000.p%2F3", "partial");

    assertThat(limited.get("v2/audit/log/checkpoint").body()).isEqualTo("newest");
    assertThat(limited.get("v2/audit/log/checkpoints/42").body()).isEqualTo("kept");
    assertThat(limited.get("v2/audit/log/key").body()).isEqualTo("vkey");
    assertThat(limited.get("v2/audit/log/tile/0/x001/234").body()).isEqualTo("full");
    assertThat(limited.get("v2/audit/log/tile/1/000.p/3").body()).isEqualTo("partial");
  }

  @Test
  void whatIsNoTileIsNotFound() {
    answer("1/object?path=tile%2F0%2F000", "there");
    for (String path :
        List.of(
            "tile/0/1",
            "tile/0/000.p/256",
            "tile/0/000.p/0",
            "tile/9/000",
            "tile/0/../segments/000",
            "tile/0/%2e%2e/segments",
            "tile/0/x000/000",
            "tile/0/000%2F..%2F000",
            "tile/0",
            "tile/0/001",
            "checkpoints/0",
            "checkpoints/x",
            "segments/000",
            "nothing")) {
      assertThat(master.get("v2/audit/log/" + path).status()).as(path).isIn(400, 404);
    }
    assertThat(master.get("v2/audit/log/tile/0/000").status()).isEqualTo(200);
  }

  @Test
  void bundlesAreForAProjectThatIsAloneInItsOrganisation() {
    long organisation = Tenant.newOrganisation(GATEWAY);
    Tenant alone = Tenant.in(GATEWAY, organisation);
    answer(organisation + "/object?path=tile%2Fentries%2F000", "records");
    answer("1/object?path=tile%2Fentries%2F000", "records of several projects");
    Client owner = alone.master();
    Tenant.in(GATEWAY, 1);

    assertThat(owner.get("v2/audit/log/tile/entries/000").body()).isEqualTo("records");
    alone
        .client(false, true)
        .get("v2/audit/log/tile/entries/000")
        .assertRefused(403, "accessDenied");
    JsonNode refused = master.get("v2/audit/log/tile/entries/000").json(403);
    assertThat(refused.path("error").asString()).contains("/v2/audit/log/entries");

    Tenant.in(GATEWAY, organisation);

    owner.get("v2/audit/log/tile/entries/000").assertRefused(403, "accessDenied");
    owner.get("v2/audit/log/tile/%65ntries/000").assertRefused(403, "accessDenied");
  }

  @Test
  void ownEntriesAreStreamedPartByPart() {
    String first = "1/entries?projectId=12&from=0";
    answer(first, "{\"index\":3}\n");
    GATEWAY.auditNext.put("/internal/log/" + first, "512");
    answer("1/entries?projectId=12&from=512", "{\"index\":700}\n");

    Client.Answer all = master.get("v2/audit/log/entries");

    assertThat(all.body()).isEqualTo("{\"index\":3}\n{\"index\":700}\n");
    assertThat(master.get("v2/audit/log/entries?after=511").body()).isEqualTo("{\"index\":700}\n");
    master.get("v2/audit/log/entries?after=-2").assertRefused(400, "storage.validation");
    master.get("v2/audit/log/entries?after=600").assertRefused(404, "notFound");
    GATEWAY
        .client(false, true, true)
        .get("v2/audit/log/entries")
        .assertRefused(403, "accessDenied");
  }

  @Test
  void proofIsPassedOnLetterByLetter() {
    AuditRecord record = AuditEventsIT.record(1, "a");
    kept(record);
    String proof = proof();
    answer("1/proof/7?recordId=" + record.id(), proof);

    assertThat(master.get("v2/audit/proof/" + record.id()).body()).isEqualTo(proof);
    GATEWAY
        .limited()
        .get("v2/audit/proof/" + record.id())
        .assertRefused(404, "storage.events.notFound");
  }

  @Test
  void recordThatNoCheckpointCoversYetIsToldToComeAgain() {
    AuditRecord record = AuditEventsIT.record(1, "a");
    kept(record);
    String unconfirmed =
        master.get("buckets").response().headers().firstValue("X-Penstock-Record-Id").orElse("");

    for (String id : List.of(record.id().toString(), unconfirmed)) {
      Client.Answer answer = master.get("v2/audit/proof/" + id);
      answer.assertRefused(503, "serviceUnavailable");
      assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  void receiptComesWithTheRecordThatVouchesForIt() {
    AuditRecord record = AuditEventsIT.record(1, "storage.tableImportDone");
    kept(record);
    answer("1/proof/7?recordId=" + record.id(), proof());
    long job = job("{\"recordsRead\":6,\"recordId\":\"%s\"}".formatted(record.id()));

    JsonNode proven = master.get("v2/audit/receipt/" + job).json(200);

    assertThat(proven.path("jobId").asLong()).isEqualTo(job);
    assertThat(proven.path("receipt").path("recordsRead").asInt()).isEqualTo(6);
    assertThat(Json.mapper().treeToValue(proven.path("record"), AuditRecord.class))
        .isEqualTo(record);
    assertThat(proven.path("proof")).isEqualTo(Json.mapper().readTree(proof()));
    master.get("v2/audit/receipt/" + job(null)).assertRefused(404, "storage.jobs.notFound");
    master.get("v2/audit/receipt/" + job("{}")).assertRefused(404, "storage.jobs.notFound");
    master.get("v2/audit/receipt/999999999").assertRefused(404, "storage.jobs.notFound");
  }

  private static long job(@org.jspecify.annotations.Nullable String receipt) {
    return GATEWAY
        .jdbc()
        .sql(
            """
            INSERT INTO job (project_id, token_description, operation, params, task, lock_mode, status, created_at, receipt)
            VALUES (12, '', 'tableImport', '{}', '{}', 'NONE', 'success', now(), :receipt) RETURNING id
            """)
        .param("receipt", receipt, java.sql.Types.VARCHAR)
        .query(Long.class)
        .single();
  }

  private static void kept(AuditRecord record) {
    GATEWAY.auditAnswers.put(
        "/internal/records/%s?projectId=12".formatted(record.id()),
        Json.write(AuditEventsIT.kept(7, record)).getBytes(StandardCharsets.UTF_8));
  }

  private static String proof() {
    return "{\"version\":1, \"entry\":%s}".formatted(Json.write(ENTRY));
  }

  private static void answer(String path, String body) {
    GATEWAY.auditAnswers.put("/internal/log/" + path, body.getBytes(StandardCharsets.UTF_8));
  }
}
