package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.trail.cli.AuditCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands {@code audit …} against the running platform, as a customer uses them. */
class AuditVerifyIT {
  private static final String CSV = "id,name\n1,Ada\n2,Bo\n";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TestPlatform platform = TestPlatform.shared();
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();

  @TempDir private Path folder;

  private int audit(String... arguments) {
    out.getBuffer().setLength(0);
    PrintWriter both = new PrintWriter(out, true);
    return AuditCommand.commandLine(environment::get).setOut(both).setErr(both).execute(arguments);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private Api project(String organisation, String name) throws IOException, InterruptedException {
    Api api = platform.newProject(organisation, name);
    environment.put("STORAGE_API_URL", platform.http().toString());
    environment.put("STORAGE_API_TOKEN", String.valueOf(api.token()));
    return api;
  }

  @Test
  void customerVerifiesTheLogProofsAndReceipts() throws Exception {
    String organisation =
        platform
            .manage()
            .post("maintainers/1/organizations", Map.of("name", "verifying"))
            .path("id")
            .asString();
    Api api = project(organisation, "verifying-one");
    long job = load(api);
    String receipt = awaited(api, "/v2/audit/receipt/" + job);
    Files.writeString(folder.resolve("receipt.json"), receipt);
    Files.writeString(folder.resolve("people.csv"), CSV);
    JsonNode proof = Json.mapper().readTree(receipt).path("proof");
    Files.writeString(folder.resolve("proof.json"), proof.toString());

    assertThat(audit("key", "--save", file("key.pub"))).as(out.toString()).isZero();
    assertThat(folder.resolve("key.pub"))
        .hasSameTextualContentAs(platform.home().file("secrets").resolve("audit-log.pub"));
    String[] key = {"--key", file("key.pub")};
    assertThat(audit("proof", file("proof.json"), key[0], key[1])).as(out.toString()).isZero();
    assertThat(audit("receipt", file("receipt.json"), key[0], key[1], "--data", file("people.csv")))
        .as(out.toString())
        .isZero();
    assertThat(audit("verify", key[0], key[1], "--save-checkpoint", file("kept")))
        .as(out.toString())
        .isZero();
    assertThat(out.toString()).contains(" bundles, ").doesNotContain(" 0 bundles");

    api.get("buckets");
    projectOfASharedLogVerifiesWhatIsItsOwn(organisation, key);
  }

  private void projectOfASharedLogVerifiesWhatIsItsOwn(String organisation, String... key)
      throws Exception {
    Api second = project(organisation, "verifying-two");
    long job = load(second);
    JsonNode receipt = Json.mapper().readTree(awaited(second, "/v2/audit/receipt/" + job));

    assertThat(audit("verify", key[0], key[1], "--known", file("kept"), "--json"))
        .as(out.toString())
        .isZero();
    JsonNode report = Json.mapper().readTree(out.toString());
    assertThat(report.at("/read/bundles").asLong(-1)).isZero();
    assertThat(report.at("/read/entries").asLong())
        .isPositive()
        .isLessThan(report.path("size").asLong());
    assertThat(report.at("/read/searched").asLong()).isPositive();
    assertThat(report.path("size").asLong()).isGreaterThan(receipt.at("/proof/index").asLong());
  }

  private long load(Api api) throws Exception {
    api.post(201, "buckets", Map.of("name", "audited", "stage", "in"));
    long file = Uploads.upload(api, platform.s3(), "people.csv", CSV);
    return api.ended(
            api.post(
                202,
                "buckets/in.c-audited/tables-async",
                Map.of("name", "people", "dataFileId", file)))
        .path("id")
        .asLong();
  }

  /** A checkpoint comes seconds after its records. */
  private static String awaited(Api api, String path) throws Exception {
    Instant until = Instant.now().plus(LIMIT);
    HttpResponse<String> answer = api.send("GET", path, null);
    while (answer.statusCode() != 200 && Instant.now().isBefore(until)) {
      assertThat(answer.statusCode()).as(answer.body()).isIn(404, 503);
      Thread.sleep(100); // as a client polls
      answer = api.send("GET", path, null);
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
