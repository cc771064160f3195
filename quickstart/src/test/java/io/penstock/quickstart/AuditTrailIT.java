package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.trail.CanonicalJson;
import io.penstock.trail.NoteKey;
import io.penstock.trail.RecordProof;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** From a load to its proof, through the whole platform. */
class AuditTrailIT {
  private static final String CSV = "id,name\n1,Ada\n2,Bo\n";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TestPlatform platform = TestPlatform.shared();
  private final Api api = platform.api();

  @Test
  void loadIsFoundProvenAndVouchedFor() throws Exception {
    api.post(201, "buckets", Map.of("name", "audited", "stage", "in"));
    long file = Uploads.upload(api, platform.s3(), "audited.csv", CSV);
    JsonNode job =
        api.ended(
            api.post(
                202,
                "buckets/in.c-audited/tables-async",
                Map.of("name", "people", "dataFileId", file)));

    JsonNode proven = awaited("/v2/audit/receipt/" + job.path("id").asLong());
    NoteKey key = NoteKey.parse(text("/v2/audit/log/key").strip());
    RecordProof proof = RecordProof.parse(proven.path("proof").toString());
    assertThat(proof.verify(List.of(key))).isInstanceOf(RecordProof.Outcome.Proven.class);
    JsonNode entry = Json.mapper().readTree(proof.entry());
    JsonNode told = entry.path("record").path("results").path("receipt");
    assertThat(told.path("sha256").asString())
        .isEqualTo(sha256(CanonicalJson.of(proven.path("receipt"))));
    assertThat(proven.path("receipt").path("objects").path(0).path("sha256").asString())
        .isEqualTo(sha256(CSV.getBytes(StandardCharsets.UTF_8)));
    assertThat(entry.path("record").path("id").asString())
        .isEqualTo(proven.path("receipt").path("recordId").asString());

    theSameRecordIsFoundBySearchAndStream(proven, proof);
  }

  private void theSameRecordIsFoundBySearchAndStream(JsonNode proven, RecordProof proof)
      throws Exception {
    String id = proven.path("record").path("id").asString();
    JsonNode found = api.get("/v2/audit/events?q=id:" + id).path(0);
    assertThat(found.path("logIndex").asLong(-1)).isEqualTo(proof.index());
    assertThat(RecordProof.parse(text("/v2/audit/proof/" + id)).entry()).isEqualTo(proof.entry());
    assertThat(
            text("/v2/audit/log/entries?after=" + (proof.index() - 1))
                .lines()
                .findFirst()
                .map(Json.mapper()::readTree)
                .map(line -> line.path("entry").asString()))
        .contains(proof.entry());
    assertThat(text("/v2/audit/events/export?format=csv&q=id:" + id).lines().toList())
        .hasSize(2)
        .last()
        .asString()
        .startsWith("\"" + proof.index() + "\",");
  }

  /** A checkpoint comes seconds after its records. */
  private JsonNode awaited(String path) throws Exception {
    Instant until = Instant.now().plus(LIMIT);
    HttpResponse<String> answer = api.send("GET", path, null);
    while (answer.statusCode() != 200 && Instant.now().isBefore(until)) {
      assertThat(answer.statusCode()).as(answer.body()).isIn(404, 503);
      Thread.sleep(100); // as a client polls
      answer = api.send("GET", path, null);
    }
    return Api.expect(200, answer);
  }

  private String text(String path) throws Exception {
    HttpResponse<String> answer = api.send("GET", path, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
