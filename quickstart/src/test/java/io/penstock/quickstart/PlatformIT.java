package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The main job and its walls, tried on the whole platform as clients see it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlatformIT {
  /**
   * Static: a field of the instance is filled before each test, too late for what runs before all
   * of them.
   */
  @TempDir private static Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before the first test
  private TestPlatform platform;

  @BeforeAll
  void start() throws Exception {
    platform = TestPlatform.start(directory);
  }

  @AfterAll
  void stop() {
    platform.close();
  }

  @Test
  void uploadedFileIsLoadedPreviewedExportedAndAudited() throws Exception {
    Api api = platform.api();
    api.post(201, "buckets", Map.of("name", "life", "stage", "in"));
    long file =
        Uploads.upload(api, platform.s3(), "people.csv", "id,name\n1,Ada\n2,\"Grace \"\"G\"\"\"\n");

    JsonNode created =
        api.ended(
            api.post(
                202,
                "buckets/in.c-life/tables-async",
                Map.of("name", "people", "dataFileId", file, "primaryKey", "id")));
    assertThat(created.path("status").asString()).as(created.toString()).isEqualTo("success");
    assertThat(created.path("results").path("id").asString()).isEqualTo("in.c-life.people");

    long more = Uploads.upload(api, platform.s3(), "more.csv", "id,name\n2,Grace\n3,Katherine\n");
    JsonNode imported =
        api.ended(
            api.post(
                202,
                "tables/in.c-life.people/import-async",
                Map.of("dataFileId", more, "incremental", true)));
    assertThat(imported.path("results").path("importedRowsCount").asInt()).isEqualTo(2);
    assertThat(imported.path("results").path("totalRowsCount").asInt()).isEqualTo(3);
    assertThat(api.get("tables/in.c-life.people").path("rowsCount").asInt()).isEqualTo(3);

    HttpResponse<String> preview = api.send("GET", "tables/in.c-life.people/data-preview", null);
    assertThat(preview.body()).startsWith("\"id\",\"name\"\n").contains("\"2\",\"Grace\"\n");
    assertThat(preview.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");

    JsonNode exported =
        api.ended(api.post(202, "tables/in.c-life.people/export-async", Map.of("gzip", true)));
    assertThat(exported.path("results").path("cacheHit").asBoolean(true)).isFalse();
    JsonNode slices =
        api.get(
            "files/"
                + exported.path("results").path("file").path("id").asLong()
                + "?federationToken=1");
    assertThat(slices.path("isSliced").asBoolean()).isTrue();

    assertThat(eventually(() -> events(api, "objectId:\"in.c-life.people\"")))
        .contains("storage.tableCreated", "storage.tableImportDone", "storage.tableExported");
  }

  @Test
  void formUploadedFileIsFoundLoadedAndReadByItsLink() throws Exception {
    Api api = platform.api();
    JsonNode file =
        api.post(
            201,
            "files/prepare",
            Map.of("name", "by form.csv", "isEncrypted", true, "tags", List.of("way: form")));
    StringBuilder form = new StringBuilder();
    for (Map.Entry<String, JsonNode> field : file.path("uploadParams").properties()) {
      if (!field.getKey().equals("url")) {
        form.append(
            "--x\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                .formatted(field.getKey(), field.getValue().asString()));
      }
    }
    form.append("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n")
        .append("id\n1\n\r\n--x--\r\n");
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> posted =
          http.send(
              HttpRequest.newBuilder(URI.create(file.at("/uploadParams/url").asString()))
                  .header("Content-Type", "multipart/form-data; boundary=x")
                  .POST(BodyPublishers.ofString(form.toString()))
                  .build(),
              BodyHandlers.ofString());
      assertThat(posted.statusCode()).as(posted.body()).isEqualTo(204);

      JsonNode found = api.get("files?q=form%20AND%20tags%3A%22way%3A%20form%22").path(0);
      assertThat(found.path("id")).isEqualTo(file.path("id"));
      HttpResponse<String> read =
          http.send(
              HttpRequest.newBuilder(URI.create(found.path("url").asString())).build(),
              BodyHandlers.ofString());
      assertThat(read.body()).isEqualTo("id\n1\n");
      assertThat(read.headers().firstValue("Content-Encoding")).isEmpty();
    }
    api.post(201, "buckets", Map.of("name", "form", "stage", "in"));
    JsonNode loaded =
        api.ended(
            api.post(
                202,
                "buckets/in.c-form/tables-async",
                Map.of("name", "t", "dataFileId", file.path("id").asLong())));
    assertThat(loaded.path("status").asString()).as(loaded.toString()).isEqualTo("success");
  }

  private interface Attempt {
    List<String> names() throws Exception;
  }

  private static List<String> eventually(Attempt attempt) throws Exception {
    Instant until = Instant.now().plus(Duration.ofSeconds(20));
    List<String> found = List.of();
    while (!found.contains("storage.tableExported") && Instant.now().isBefore(until)) {
      found = attempt.names();
      Thread.sleep(100); // the index is read like any client would
    }
    return found;
  }

  private static List<String> events(Api api, String query) throws Exception {
    return api.get(
            "events?q="
                + java.net.URLEncoder.encode(query, java.nio.charset.StandardCharsets.UTF_8))
        .valueStream()
        .map(event -> event.path("event").asString())
        .toList();
  }

  @Test
  void eventIsFoundByItsCreatorAtOnce() throws Exception {
    Api api = platform.api();
    for (int i = 0; i < 5; i++) {
      String component = "at-once-" + i;
      JsonNode made =
          api.post(201, "events", Map.of("component", component, "message", "written just now"));

      JsonNode found = api.get("events?component=" + component);

      assertThat(found).as("the %dth", i).hasSize(1);
      assertThat(found.path(0).path("uuid").asString()).isEqualTo(made.path("uuid").asString());
    }
  }

  @Test
  void snapshotBringsATableBackAsItWas() throws Exception {
    Api api = platform.api();
    api.post(201, "buckets", Map.of("name", "snap", "stage", "in"));
    loaded(
        api,
        "buckets/in.c-snap/tables",
        Map.of(
            "name", "t", "dataString", "id,name\n1,\"a \"\"b\"\"\nc\"\n2,\n", "primaryKey", "id"));
    JsonNode taken = api.ended(api.post(202, "tables/in.c-snap.t/snapshots", Map.of()));
    String snapshot = taken.path("results").path("id").asString();
    loaded(api, "tables/in.c-snap.t/import", Map.of("dataString", "id,name,extra\n9,x,y\n"));

    api.ended(api.post(202, "tables/in.c-snap.t/rollback", Map.of("snapshotId", snapshot)));
    JsonNode copy =
        api.ended(
            api.post(
                202,
                "buckets/in.c-snap/tables-async",
                Map.of("snapshotId", snapshot, "name", "copy")));

    assertThat(copy.path("status").asString()).as(copy.toString()).isEqualTo("success");
    for (String table : List.of("t", "copy")) {
      String path = "tables/in.c-snap." + table;
      assertThat(api.send("GET", path + "/data-preview", null).body())
          .isEqualTo("\"id\",\"name\"\n\"1\",\"a \"\"b\"\"\nc\"\n\"2\",\"\"\n");
      assertThat(api.get(path).path("primaryKey").path(0).asString()).isEqualTo("id");
      assertThat(api.get(path).path("rowsCount").asLong()).isEqualTo(2);
    }
  }

  private static void loaded(Api api, String path, Map<String, Object> body) throws Exception {
    HttpResponse<String> answer = api.send("POST", path, body);
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
  }

  @Test
  void publicPythonClientRunsAsItIs() throws Exception {
    PythonClient python = PythonClient.installed(Path.of("target", "python-client"));

    List<String> printed =
        python.run(
            "flows.py",
            Map.of(
                "STORAGE_API_HTTP_URL", platform.variable("STORAGE_API_HTTP_URL"),
                "STORAGE_API_TOKEN", platform.variable("STORAGE_API_TOKEN"),
                "AWS_ENDPOINT_URL_S3", platform.variable("AWS_ENDPOINT_URL_S3")));

    assertThat(printed).contains("flow: create table from a file", "flow: removal").hasSize(12);
  }

  @Test
  void everyFailureHasTheEnvelope() throws Exception {
    Api nobody = new Api(platform.http(), null);
    Api forged = new Api(platform.http(), "1-1-" + "x".repeat(109));

    assertRefused(nobody.send("GET", "buckets", null), 401, null);
    assertRefused(forged.send("GET", "buckets", null), 401, "storage.tokenInvalid");
    assertRefused(platform.api().send("GET", "nothing/here", null), 404, "notFound");
    assertRefused(
        platform.api().send("GET", "buckets/in.c-none", null), 404, "storage.buckets.notFound");
    assertRefused(platform.api().send("GET", "global-search", null), 501, "notImplemented");
    assertRefused(platform.api().send("POST", "buckets", "{\"name\":"), 400, "malformedRequest");
    assertRefused(
        platform.api().send("POST", "buckets", "{\"name\":\"../a\"}"),
        400,
        "storage.buckets.validation");
    assertRefused(
        platform.api().send("GET", "branch/999/buckets", null), 404, "storage.branches.notFound");
    assertRefused(platform.api().send("GET", "tokens/abc", null), 404, "notFound");
  }

  private static void assertRefused(
      HttpResponse<String> answer, int status, @Nullable String code) {
    JsonNode body = Api.expect(status, answer);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.headers().firstValue("X-Penstock-Record-Id")).isPresent();
    assertThat(body.path("code").asString(null)).isEqualTo(code);
    assertThat(body.path("error").asString())
        .isNotBlank()
        .isEqualTo(body.path("message").asString());
    assertThat(body.path("exceptionId").asString()).isNotBlank();
    assertThat(body.path("status").asString()).isEqualTo("error");
    assertThat(answer.body()).doesNotContain("Exception:", "\tat ", "io.penstock");
  }

  @Test
  void tokenOfOneProjectSeesNothingOfAnother() throws Exception {
    Api mine = platform.api();
    String organisation =
        platform.home().read(platform.home().file("run/demo-organization")).orElseThrow();
    Api other = platform.newProject(organisation, "other");
    mine.post(201, "buckets", Map.of("name", "mine", "stage", "in"));
    long file = Uploads.upload(mine, platform.s3(), "a.csv", "id\n1\n");
    JsonNode job =
        mine.ended(
            mine.post(
                202, "buckets/in.c-mine/tables-async", Map.of("name", "t", "dataFileId", file)));
    String token = mine.get("tokens/verify").path("id").asString();

    assertThat(other.get("buckets")).isEmpty();
    assertThat(other.get("tables")).isEmpty();
    assertThat(other.get("jobs")).isEmpty();
    for (String path :
        List.of(
            "buckets/in.c-mine",
            "tables/in.c-mine.t",
            "tables/in.c-mine.t/data-preview",
            "files/" + file,
            "jobs/" + job.path("id").asLong(),
            "tokens/" + token)) {
      assertThat(other.send("GET", path, null).statusCode()).as(path).isIn(403, 404);
    }
    other.post(201, "buckets", Map.of("name", "mine", "stage", "in"));
    assertThat(
            other
                .send(
                    "POST",
                    "buckets/in.c-mine/tables-async",
                    Map.of("name", "t", "dataFileId", file))
                .statusCode())
        .isIn(403, 404);
  }

  @Test
  void limitedTokenMayDoWhatItWasGivenAndLosesItAtOnce() throws Exception {
    Api master = platform.api();
    master.post(201, "buckets", Map.of("name", "open", "stage", "in"));
    master.post(201, "buckets", Map.of("name", "closed", "stage", "in"));
    JsonNode made =
        master.post(
            201,
            "tokens",
            Map.of("description", "reader", "bucketPermissions", Map.of("in.c-open", "read")));
    Api reader = new Api(platform.http(), made.path("token").asString());

    assertThat(reader.get("buckets").valueStream().map(b -> b.path("id").asString()).toList())
        .containsExactly("in.c-open");
    assertThat(reader.send("GET", "buckets/in.c-closed", null).statusCode()).isEqualTo(403);
    assertThat(reader.send("POST", "buckets", Map.of("name", "x", "stage", "in")).statusCode())
        .isEqualTo(403);
    assertThat(reader.send("DELETE", "buckets/in.c-open", null).statusCode()).isEqualTo(403);
    assertThat(reader.send("POST", "tokens", Map.of("description", "y")).statusCode())
        .isEqualTo(403);

    Api.expect(204, master.send("DELETE", "tokens/" + made.path("id").asString(), null));
    assertThat(reader.send("GET", "buckets", null).statusCode()).isEqualTo(401);
  }

  @Test
  void eachDatabaseRoleReachesItsOwnDatabaseOnly() throws Exception {
    List<String> reached = new ArrayList<>();
    Properties metadata =
        login(
            "config/storage-api.properties",
            "spring.datasource.username",
            "spring.datasource.password");
    Properties provisioner =
        login(
            "config/import-worker.properties",
            "penstock.provisioner.username",
            "penstock.provisioner.password");
    for (String database : List.of("postgres", "template1", "1", "2")) {
      tryConnect(platform.ports().metadata(), database, metadata, reached);
      tryConnect(platform.ports().warehouse(), database, metadata, reached);
      tryConnect(platform.ports().metadata(), database, provisioner, reached);
    }
    tryConnect(platform.ports().metadata(), "penstock_metadata", provisioner, reached);

    assertThat(reached).isEmpty();
  }

  private Properties login(String file, String user, String password) throws Exception {
    Properties settings = new Properties();
    try (var in = Files.newBufferedReader(platform.home().file(file))) {
      settings.load(in);
    }
    Properties login = new Properties();
    login.setProperty("user", settings.getProperty(user));
    login.setProperty("password", settings.getProperty(password));
    return login;
  }

  private static void tryConnect(
      int port, String database, Properties login, List<String> reached) {
    try (Connection _ =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), login)) {
      reached.add(login.getProperty("user") + " reached " + database + " on " + port);
    } catch (SQLException e) {
      assertThat(e.getSQLState()).as(e.getMessage()).isIn("28P01", "42501", "3D000", "28000");
    }
  }

  @Test
  void workerIsToldNothingOfTheMetadata() throws Exception {
    String settings = Files.readString(platform.home().file("config/import-worker.properties"));

    assertThat(settings)
        .doesNotContain(
            "datasource",
            "penstock_metadata",
            ":" + platform.ports().metadata(),
            "penstock.tokens");
  }

  @Test
  void secretsAreReadableByTheirOwnerAlone() throws Exception {
    try (var files = Files.walk(directory)) {
      List<Path> open =
          files
              .filter(Files::isRegularFile)
              .filter(PlatformIT::isSecret)
              .filter(PlatformIT::isOpen)
              .toList();

      assertThat(open).isEmpty();
    }
  }

  private static boolean isSecret(Path file) {
    String name = directory.relativize(file).toString();
    return name.matches("(secrets|config|keys)/.*|quickstart\\.env|tls/.*-key\\.pem")
        && !name.equals("keys/worker-public.json");
  }

  private static boolean isOpen(Path file) {
    try {
      return !PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
          .equals("rw-------");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void repeatedIdempotencyKeyGetsTheSameJob() throws Exception {
    Api api = platform.api();
    api.post(201, "buckets", Map.of("name", "once", "stage", "in"));
    long file = Uploads.upload(api, platform.s3(), "a.csv", "id\n1\n");
    Map<String, Object> body = Map.of("name", "t", "dataFileId", file);

    JsonNode first = Api.expect(202, api.sendOnce("buckets/in.c-once/tables-async", body, "key-1"));
    JsonNode second =
        Api.expect(202, api.sendOnce("buckets/in.c-once/tables-async", body, "key-1"));
    HttpResponse<String> other =
        api.sendOnce(
            "buckets/in.c-once/tables-async", Map.of("name", "u", "dataFileId", file), "key-1");

    assertThat(second.path("id").asLong()).isEqualTo(first.path("id").asLong());
    assertThat(other.statusCode()).isEqualTo(400);
    assertThat(api.ended(first).path("status").asString()).isEqualTo("success");
  }

  @Test
  void smallLoadsAreQuick() throws Exception {
    Api api = platform.api();
    api.post(201, "buckets", Map.of("name", "quick", "stage", "in"));
    long file =
        Uploads.upload(api, platform.s3(), "ten.csv", "id\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
    api.ended(
        api.post(
            202, "buckets/in.c-quick/tables-async", Map.of("name", "ten", "dataFileId", file)));
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      long begin = System.nanoTime();
      JsonNode job =
          api.ended(
              api.post(202, "tables/in.c-quick.ten/import-async", Map.of("dataFileId", file)));
      millis.add((System.nanoTime() - begin) / 1_000_000);
      assertThat(job.path("status").asString()).isEqualTo("success");
    }
    List<Long> sorted = millis.stream().sorted().toList();
    System.out.printf(
        "Small loads, POST to success, 10 rows: p50 %d ms, p90 %d ms, max %d ms%n",
        sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 9 / 10), sorted.getLast());
  }
}
