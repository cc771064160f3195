package io.penstock.uploader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.uploader.PlayedServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonTest {
  private static final String[] FIELDS = {
    "status",
    "exitCode",
    "file",
    "job",
    "table",
    "created",
    "rows",
    "totalRows",
    "resumed",
    "compared",
    "seconds",
    "receipt",
    "error"
  };

  private final PlayedServer server;
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Path file;

  JsonTest(@TempDir Path folder) throws IOException {
    this.server = new PlayedServer(folder);
    this.file = Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n2,b\n");
    environment.put("STORAGE_API_URL", server.uri().toString());
    environment.put("STORAGE_API_TOKEN", PlayedServer.TOKEN);
    environment.put("AWS_ENDPOINT_URL_S3", server.uri().toString());
    environment.put("PENSTOCK_UPLOAD_STATE", folder.resolve("state").toString());
    server.api().addBucket("in.c-main");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** Runs the command; its output has to be one object with all fields. */
  private JsonNode report(int exitCode, String... more) {
    List<String> arguments = new ArrayList<>(List.of("upload", file.toString(), "--json"));
    arguments.addAll(List.of(more));
    int code =
        PenstockUploader.commandLine(
                new UploadCommand(environment::get, _ -> OptionalInt.of(80)), environment::get)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments.toArray(String[]::new));
    assertThat(code).describedAs(err.toString()).isEqualTo(exitCode);
    assertThat(out.toString()).hasLineCount(1);
    JsonNode report = JsonMapper.builder().build().readTree(out.toString());
    assertThat(report.propertyNames()).containsExactly(FIELDS);
    assertThat(report.path("exitCode").asInt()).isEqualTo(exitCode);
    return report;
  }

  @Test
  void successIsOneObjectWithFileJobAndReceipt() {
    JsonNode report = report(0, "--table", "in.c-main.users");

    assertThat(report.path("status").asString()).isEqualTo("success");
    assertThat(report.path("rows").asInt()).isEqualTo(2);
    assertThat(report.path("file").propertyNames())
        .containsExactly("id", "key", "bytes", "sha256", "parts", "partsKept");
    assertThat(report.path("file").path("bytes").asInt()).isEqualTo(16);
    assertThat(report.path("file").path("sha256").asString())
        .isEqualTo(report.at("/receipt/objects/0/sha256").asString());
    assertThat(report.path("compared").asBoolean()).isTrue();
    assertThat(report.path("job").path("id").asLong()).isPositive();
    assertThat(report.path("error").isNull()).isTrue();
    assertThat(err.toString()).contains("sending");
  }

  @Test
  void failedJobGivesItsProblemsOnBothWays() {
    List<Map<String, Object>> problems = new ArrayList<>();
    for (int i = 1; i <= 13; i++) {
      problems.add(
          Map.of(
              "record",
              i,
              "line",
              i + 1,
              "byte",
              100 * i,
              "column",
              2,
              "columnName",
              "na\u001bme",
              "snippet",
              "x\"y",
              "cause",
              "a quote inside of a field"));
    }
    server
        .api()
        .jobError(
            Map.of(
                "code",
                "invalidCsv",
                "message",
                "13 records cannot be read",
                "exceptionId",
                "kbc-77",
                "contextParams",
                Map.of("problems", problems)));

    JsonNode report = report(2, "--table", "in.c-main.users");

    JsonNode error = report.path("error");
    assertThat(error.path("code").asString()).isEqualTo("invalidCsv");
    assertThat(error.path("message").asString()).contains("13 records cannot be read");
    assertThat(error.path("exceptionId").asString()).isEqualTo("kbc-77");
    assertThat(error.path("problems")).hasSize(13);
    assertThat(report.path("file").path("id").asLong()).isPositive();
    assertThat(report.path("job").path("id").asLong()).isPositive();
    assertThat(err.toString())
        .contains(
            "  record 1, line 2, byte 100, column 2 (na\u00b7me): a quote inside of a field:"
                + " x\"y\n")
        .contains("  record 10, ")
        .doesNotContain("  record 11, ")
        .contains("  and 3 more; --json lists them");
  }

  @Test
  void placeIsToldWithoutAListToo() {
    server
        .api()
        .jobError(
            Map.of(
                "code",
                "invalidCsv",
                "message",
                "no",
                "contextParams",
                Map.of("record", 3, "line", 4, "column", 2)));

    report(2, "--table", "in.c-main.users");

    assertThat(err.toString()).contains("  at record 3, line 4, column 2\n");
  }

  @Test
  void wrongUsageAndWrongInputAreObjectsToo() {
    JsonNode report = report(1, "--table", "in.c-main.users", "--gzip-level", "12");
    assertThat(report.path("error").path("message").asString()).contains("1 to 9");
    for (String[] wrong :
        new String[][] {
          {"--nonsense", "--table", "in.c-main.users"},
          {},
          {"--table", "in.c-main.users", "--timeout", "soon"},
          {"--table", "users"},
          {"--table", "in.c-main.users", "--ca", "none.pem"},
          {"--table", "in.c-main.users", "--state-dir", file.toString()}
        }) {
      out.getBuffer().setLength(0);
      assertThat(report(1, wrong).path("error").path("message").asString()).isNotEmpty();
    }
  }

  @Test
  void jobThatDoesNotEndInTimeIsGivenUp() {
    server.api().jobPatience(1000);

    JsonNode report = report(3, "--table", "in.c-main.users", "--timeout", "1s");

    assertThat(report.path("error").path("message").asString()).contains("is still processing");
    assertThat(report.path("job").path("id").asLong()).isPositive();
  }

  @Test
  void usualPlaceThatCannotBeUsedIsOnlyWarnedOf() {
    environment.remove("PENSTOCK_UPLOAD_STATE");
    environment.put("XDG_STATE_HOME", file.toString());

    report(0, "--table", "in.c-main.users");

    assertThat(err.toString()).contains("warning: cannot keep the state of uploads");
  }
}
