package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.storage.http.Client.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Whatever is sent that is wrong: refused in the contract's words, and nothing has changed. */
class BadInputIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final Strangers WORLD = Strangers.of(GATEWAY);
  private static final Client MASTER = WORLD.master();
  private static final String JSON = "application/json";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final int TOO_MUCH = 8 * 1024 * 1024 + 1;

  /** No name of anything: with what a path, a pattern, a quote or a terminal would read into it. */
  private static final List<String> BAD_NAMES =
      List.of(
          "",
          " ",
          ".",
          "..",
          "../x",
          "a/b",
          "a\\b",
          "a%2Fb",
          "*",
          "a?b",
          "a'b",
          "a\"b",
          "a;b",
          "a b",
          "ž",
          "名前",
          "a\u202eb",
          "a\nb",
          "a\u0000b",
          "a\u0007b",
          "x".repeat(5000));

  /** One wrong call. */
  private record Case(
      String name, java.util.function.Supplier<Answer> call, int status, String code) {}

  @TestFactory
  Stream<DynamicTest> callersWithoutTheRight() {
    String buckets = "buckets";
    List<Case> cases = new ArrayList<>();
    cases.add(new Case("no token", () -> MASTER.with("").get(buckets), 401, ""));
    WORLD
        .badTokens()
        .forEach(
            (name, token) ->
                cases.add(
                    new Case(
                        name, () -> MASTER.with(token.text()).get(buckets), 401, token.code())));
    Client reader = WORLD.reader();
    Client nobody = GATEWAY.limited();
    String table = "tables/" + WORLD.table();
    cases.add(denied("new bucket", () -> nobody.post(buckets, Map.of("name", "x"))));
    cases.add(denied("bucket", () -> nobody.get("buckets/" + WORLD.bucket())));
    cases.add(denied("remove bucket", () -> reader.delete("buckets/" + WORLD.bucket())));
    cases.add(denied("table", () -> nobody.get(table)));
    cases.add(denied("remove table", () -> reader.delete(table)));
    cases.add(denied("preview", () -> nobody.get(table + "/data-preview")));
    cases.add(denied("undo", () -> reader.post(table + "/undo-import", Map.of())));
    cases.add(
        denied(
            "load",
            () -> reader.post(table + "/import-async", Map.of("dataFileId", WORLD.file()))));
    cases.add(denied("file of another token", () -> nobody.get("files/" + WORLD.file())));
    cases.add(denied("tokens", () -> nobody.post("tokens", Map.of("description", "x"))));
    return cases.stream().map(BadInputIT::test);
  }

  private static Case denied(String name, java.util.function.Supplier<Answer> call) {
    return new Case("no right: " + name, call, 403, "accessDenied");
  }

  @TestFactory
  Stream<DynamicTest> thingsThatAreNotThereOrAnotherProjects() {
    Strangers.Foreign theirs = WORLD.foreign();
    String load = "tables/" + WORLD.table() + "/import-async";
    List<Case> cases = new ArrayList<>();
    for (String bucket : List.of("in.c-nope", "nope", theirs.bucket())) {
      cases.add(gone(bucket, () -> MASTER.get("buckets/" + bucket), "storage.buckets.notFound"));
      cases.add(gone(bucket, () -> MASTER.delete("buckets/" + bucket), "storage.buckets.notFound"));
      cases.add(
          gone(
              bucket + " tables",
              () ->
                  MASTER.post(
                      "buckets/" + bucket + "/tables-async",
                      Map.of("name", "t", "dataFileId", WORLD.file())),
              "storage.buckets.notFound"));
    }
    for (String table : List.of("in.c-nope.t", "t", WORLD.bucket() + ".nope", theirs.table())) {
      String code = "storage.tables.notFound";
      String path = "tables/" + table;
      cases.add(gone(table, () -> MASTER.get(path), code));
      cases.add(gone(table + " delete", () -> MASTER.delete(path), code));
      cases.add(gone(table + " preview", () -> MASTER.get(path + "/data-preview"), code));
      cases.add(gone(table + " undo", () -> MASTER.post(path + "/undo-import", Map.of()), code));
      cases.add(gone(table + " export", () -> MASTER.post(path + "/export-async", Map.of()), code));
      cases.add(
          gone(
              table + " load",
              () -> MASTER.post(path + "/import-async", Map.of("dataFileId", WORLD.file())),
              code));
    }
    for (long file : List.of(0L, -1L, Long.MAX_VALUE, theirs.file())) {
      String code = "storage.files.notFound";
      cases.add(gone("file " + file, () -> MASTER.get("files/" + file), code));
      cases.add(gone("delete file " + file, () -> MASTER.delete("files/" + file), code));
      cases.add(
          gone("load of file " + file, () -> MASTER.post(load, Map.of("dataFileId", file)), code));
    }
    cases.add(gone("their job", () -> MASTER.get("jobs/" + theirs.job()), "storage.jobs.notFound"));
    cases.add(gone("no job", () -> MASTER.get("jobs/0"), "storage.jobs.notFound"));
    cases.add(
        gone(
            "their token",
            () -> MASTER.get("tokens/" + theirs.token()),
            "storage.tokens.notFound"));
    cases.add(gone("word as a number", () -> MASTER.get("jobs/abc"), "notFound"));
    cases.add(gone("too large", () -> MASTER.get("files/99999999999999999999"), "notFound"));
    cases.add(gone("no route", () -> MASTER.get("nothing/of/this"), "notFound"));
    return cases.stream().map(BadInputIT::test);
  }

  private static Case gone(String name, java.util.function.Supplier<Answer> call, String code) {
    return new Case("not there: " + name, call, 404, code);
  }

  @TestFactory
  Stream<DynamicTest> namesInBodies() {
    List<Case> cases = new ArrayList<>();
    for (String name : BAD_NAMES) {
      boolean nul = name.indexOf('\0') >= 0;
      cases.add(
          new Case(
              "bucket " + shown(name),
              () -> MASTER.post("buckets", Map.of("name", name)),
              400,
              nul ? "storage.validation" : "storage.buckets.validation"));
      cases.add(
          new Case(
              "table " + shown(name),
              () ->
                  MASTER.post(
                      "buckets/" + WORLD.bucket() + "/tables-async",
                      Map.of("name", name, "dataFileId", WORLD.file())),
              400,
              nul ? "storage.validation" : "storage.tables.validation"));
      if (!name.isEmpty()) {
        cases.add(
            new Case(
                "column " + shown(name),
                () ->
                    MASTER.post(
                        "tables/" + WORLD.table() + "/export-async",
                        Map.of("columns", List.of(name))),
                400,
                nul ? "storage.validation" : "storage.tables.columnNotExists"));
      }
    }
    for (String name : List.of("", "a\u0000b", "x".repeat(5000))) {
      cases.add(
          new Case(
              "file " + shown(name),
              () -> MASTER.post("files/prepare", Map.of("name", name, "federationToken", 1)),
              400,
              "storage.validation"));
    }
    cases.add(
        new Case(
            "bucket that is there",
            () ->
                MASTER.post("buckets", Map.of("name", WORLD.bucket().substring("in.c-".length()))),
            400,
            "storage.buckets.alreadyExists"));
    cases.add(
        new Case(
            "table that is there",
            () ->
                MASTER.post(
                    "buckets/" + WORLD.bucket() + "/tables-async",
                    Map.of("name", "t", "dataFileId", WORLD.file())),
            400,
            "storage.buckets.tableAlreadyExists"));
    return cases.stream().map(BadInputIT::test);
  }

  @TestFactory
  Stream<DynamicTest> namesInPaths() {
    List<Case> cases = new ArrayList<>();
    for (String name :
        List.of(
            "%2e%2e",
            "..%2f..%2fetc",
            "a%2Fb",
            "a%5Cb",
            "*",
            "%27%22%3B--",
            "%C5%BE",
            "%E2%80%AE",
            "%0A",
            "%25%32%66",
            "x".repeat(5000))) {
      String bucket = "in.c-" + name;
      cases.add(
          new Case(
              "bucket " + shown(bucket),
              () -> MASTER.get("buckets/" + bucket),
              404,
              "storage.buckets.notFound"));
      cases.add(
          new Case(
              "table " + shown(bucket),
              () -> MASTER.delete("tables/" + bucket + ".t"),
              404,
              "storage.tables.notFound"));
    }
    for (String name : List.of("in.c-%00", "in.c-a%00b.t", "%ff%fe")) {
      cases.add(
          new Case("path " + name, () -> MASTER.get("tables/" + name), 400, "malformedRequest"));
    }
    return cases.stream().map(BadInputIT::test);
  }

  @TestFactory
  Stream<DynamicTest> parametersOfTheWrongType() {
    String load = "tables/" + WORLD.table() + "/import-async";
    String validation = "storage.validation";
    List<Case> cases = new ArrayList<>();
    for (Object value :
        List.of("abc", "1.5", 1.5, "0x10", true, List.of(1), Map.of("a", 1), "1e3")) {
      cases.add(wrong("dataFileId " + value, load, Map.of("dataFileId", value), validation));
    }
    cases.add(
        wrong(
            "flag", load, Map.of("dataFileId", WORLD.file(), "incremental", "maybe"), validation));
    cases.add(
        wrong(
            "flag as object",
            load,
            Map.of("dataFileId", WORLD.file(), "incremental", Map.of("a", 1)),
            validation));
    cases.add(
        wrong(
            "columns in columns",
            load,
            Map.of("dataFileId", WORLD.file(), "columns", List.of(List.of("a"))),
            validation));
    cases.add(
        wrong(
            "delimiter",
            load,
            Map.of("dataFileId", WORLD.file(), "delimiter", "ab"),
            "invalidCsv"));
    cases.add(
        wrong(
            "delimiter that is no ASCII",
            load,
            Map.of("dataFileId", WORLD.file(), "delimiter", "ž"),
            "invalidCsv"));
    cases.add(wrong("no file", load, Map.of(), "storage.tables.validation"));
    cases.add(
        wrong("no upload", load, Map.of("dataFileId", WORLD.missing()), "storage.fileNotUploaded"));
    cases.add(wrong("name as object", "buckets", Map.of("name", Map.of("a", 1)), validation));
    byte[] unpaired =
        "{\"name\":\"unpaired\",\"description\":\"\\ud800\"}".getBytes(StandardCharsets.UTF_8);
    cases.add(
        new Case(
            "half a surrogate pair",
            () -> MASTER.post("buckets", JSON, unpaired),
            400,
            validation));
    cases.add(
        wrong(
            "NUL in a list of a list",
            "files/prepare",
            Map.of("name", "a", "federationToken", 1, "tags", List.of("a\u0000")),
            validation));
    for (String query :
        List.of("limit=abc", "limit=-1", "limit=99999999999999999999", "runId=%00", "limit=%ff")) {
      cases.add(
          new Case(
              "jobs?" + query,
              () -> MASTER.get("jobs?" + query),
              400,
              query.endsWith("%ff") ? "malformedRequest" : validation));
    }
    cases.add(
        new Case(
            "NUL to compare with",
            () ->
                MASTER.get(
                    "tables/" + WORLD.table() + "/data-preview?whereColumn=id&whereValues[]=%00"),
            400,
            validation));
    return cases.stream().map(BadInputIT::test);
  }

  private static Case wrong(String name, String path, Map<String, ?> body, String code) {
    return new Case(name, () -> MASTER.post(path, body), 400, code);
  }

  @TestFactory
  Stream<DynamicTest> bodiesThatAreNone() {
    List<Case> cases = new ArrayList<>();
    for (String text :
        List.of("{", "{\"name\":", "[1]", "\"x\"", "nul", "{\"name\" \"x\"}", "{'name':'x'}")) {
      cases.add(
          body("JSON " + text, JSON, text.getBytes(StandardCharsets.UTF_8), "malformedRequest"));
    }
    cases.add(
        body(
            "deep JSON",
            JSON,
            "[".repeat(200_000).getBytes(StandardCharsets.UTF_8),
            "malformedRequest"));
    cases.add(
        body(
            "JSON that is no UTF-8", JSON, new byte[] {'"', (byte) 0xff, '"'}, "malformedRequest"));
    cases.add(
        body(
            "form with %zz",
            FORM, "name=%zz".getBytes(StandardCharsets.UTF_8), "malformedRequest"));
    cases.add(
        body(
            "form with %ff",
            FORM, "name=%ff".getBytes(StandardCharsets.UTF_8), "malformedRequest"));
    cases.add(
        body(
            "form that is no UTF-8", FORM, new byte[] {'a', '=', (byte) 0xc3}, "malformedRequest"));
    cases.add(
        body(
            "unknown type",
            "text/plain",
            "name=x".getBytes(StandardCharsets.UTF_8),
            "malformedRequest"));
    cases.add(body("large JSON", JSON, spaces(), "requestTooLarge"));
    cases.add(body("large form", FORM, spaces(), "requestTooLarge"));
    cases.add(
        body(
            "multipart without end",
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx"
                .getBytes(StandardCharsets.UTF_8),
            "malformedRequest"));
    cases.add(
        body(
            "multipart without boundary",
            "multipart/form-data",
            new byte[] {1},
            "malformedRequest"));
    return cases.stream().map(BadInputIT::test);
  }

  private static byte[] spaces() {
    return " ".repeat(TOO_MUCH).getBytes(StandardCharsets.UTF_8);
  }

  private static Case body(String name, String type, byte[] body, String code) {
    return new Case(name, () -> MASTER.post("buckets", type, body), 400, code);
  }

  private static DynamicTest test(Case one) {
    return DynamicTest.dynamicTest(one.name(), () -> refusedAndNothingChanged(one));
  }

  private static void refusedAndNothingChanged(Case one) {
    String before = WORLD.everything();

    Answer answer = one.call().get();

    JsonNode envelope = answer.json(one.status());
    assertThat(envelope.path("code").asString("")).as(answer.body()).isEqualTo(one.code());
    assertThat(envelope.path("error").asString()).as("says something").hasSizeGreaterThan(10);
    assertThat(envelope.path("exceptionId").asString()).isNotEmpty();
    assertThat(answer.body()).doesNotContain("Exception:", "org.", "java.", "SQL", "\tat ");
    assertThat(answer.body().length()).as("does not echo all of it").isLessThan(20_000);
    assertThat(answer.response().headers().firstValue("Retry-After")).isEmpty();
    assertThat(WORLD.everything()).isEqualTo(before);
  }

  private static String shown(String name) {
    String text = Json.write(name);
    return text.length() > 30 ? text.substring(0, 30) + "…" : text;
  }
}
