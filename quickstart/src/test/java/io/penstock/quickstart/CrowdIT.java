package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Many customers, and many who want the same thing at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrowdIT {
  private static final int PROJECTS = Integer.getInteger("crowd.projects", 120);
  private static final int CLIENTS = 8;

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

  /**
   * A database each, on a server that takes 100 connections: load, preview and export in all.
   * {@code -Dcrowd.projects=200} takes about four minutes.
   */
  @Test
  @Timeout(600)
  void moreProjectsThanConnectionsShareTheServer() throws Exception {
    String organisation =
        platform
            .manage()
            .post("maintainers/1/organizations", Map.of("name", "Crowd"))
            .path("id")
            .asString();
    ConcurrentLinkedQueue<Integer> connections = new ConcurrentLinkedQueue<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Integer>> rounds = new ArrayList<>();
      for (int i = 0; i < PROJECTS; i++) {
        int number = i;
        rounds.add(clients.submit(() -> useProject(organisation, number, connections)));
      }
      int total = 0;
      for (Future<Integer> round : rounds) {
        total += round.get();
      }
      assertThat(total).isEqualTo(PROJECTS * 3);
    }
    assertThat(connections).allSatisfy(count -> assertThat(count).isLessThan(95));
  }

  private int useProject(String organisation, int number, ConcurrentLinkedQueue<Integer> seen)
      throws Exception {
    Api api = platform.newProject(organisation, "crowd" + number);
    api.post(201, "buckets", Map.of("name", "b", "stage", "in"));
    long file =
        Uploads.upload(api, platform.s3(), "rows.csv", "id,n\n1,%d\n2,b\n3,c\n".formatted(number));
    JsonNode created =
        api.ended(
            api.post(202, "buckets/in.c-b/tables-async", Map.of("name", "t", "dataFileId", file)));
    assertThat(created.path("status").asString()).as(created.toString()).isEqualTo("success");
    assertThat(api.send("GET", "tables/in.c-b.t/data-preview", null).body())
        .contains("\"1\",\"" + number + "\"");
    JsonNode exported = api.ended(api.post(202, "tables/in.c-b.t/export-async", Map.of()));
    assertThat(exported.path("status").asString()).as(exported.toString()).isEqualTo("success");
    if (number % 10 == 0) {
      seen.add(
          count(
              "postgres",
              "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"));
    }
    return api.get("tables/in.c-b.t").path("rowsCount").asInt();
  }

  /** Whatever order they come in, each gets an end that says what happened, and nothing is left. */
  @Test
  @Timeout(300)
  void loadsExportsAndDropsOfOneTableAllEndInADefinedWay() throws Exception {
    String organisation =
        platform
            .manage()
            .post("maintainers/1/organizations", Map.of("name", "Quarrel"))
            .path("id")
            .asString();
    Api api = platform.newProject(organisation, "quarrel");
    String project = api.get("tokens/verify").path("owner").path("id").asString();
    String rows =
        IntStream.range(0, 3000)
            .mapToObj(i -> i + ",\"n\n" + i + "\"\n")
            .collect(Collectors.joining());
    long full = Uploads.upload(api, platform.s3(), "full.csv", "id,n\n" + rows);
    long wider = Uploads.upload(api, platform.s3(), "wider.csv", "id,n,w\n2999,x,y\n3000,x,y\n");
    for (int round = 0; round < 8; round++) {
      String bucket = "q" + round;
      api.post(201, "buckets", Map.of("name", bucket, "stage", "in"));
      String table = "in.c-" + bucket + ".t";
      JsonNode created =
          api.ended(
              api.post(
                  202,
                  "buckets/in.c-" + bucket + "/tables-async",
                  Map.of("name", "t", "dataFileId", full, "primaryKey", "id")));
      assertThat(created.path("status").asString()).as(created.toString()).isEqualTo("success");

      List<HttpResponse<String>> answers =
          atOnce(
              List.of(
                  () ->
                      api.send(
                          "POST", "tables/" + table + "/import-async", Map.of("dataFileId", full)),
                  () ->
                      api.send(
                          "POST",
                          "tables/" + table + "/import-async",
                          Map.of("dataFileId", wider, "incremental", true)),
                  () -> api.send("POST", "tables/" + table + "/export-async", Map.of("gzip", true)),
                  () -> api.send("POST", "tables/" + table + "/export-async", Map.of("limit", 5)),
                  () -> api.send("GET", "tables/" + table + "/data-preview", null),
                  () -> api.send("DELETE", "tables/" + table, null),
                  () -> api.send("DELETE", "buckets/in.c-" + bucket + "?force=1", null)));

      for (HttpResponse<String> answer : answers) {
        assertEndsInADefinedWay(api, answer);
      }
      api.send("DELETE", "buckets/in.c-" + bucket + "?force=1", null);
      assertThat(api.send("GET", "tables/" + table, null).statusCode()).isEqualTo(404);
    }
    assertThat(
            count(
                project,
                "SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()"))
        .isZero();
  }

  private static void assertEndsInADefinedWay(Api api, HttpResponse<String> answer)
      throws Exception {
    String told = answer.request().uri() + ": " + answer.statusCode() + " " + answer.body();
    assertThat(answer.statusCode()).as(told).isIn(200, 202, 204, 404);
    if (answer.statusCode() == 404) {
      assertThat(answer.body()).contains("otFound");
    }
    if (answer.statusCode() == 202) {
      JsonNode ended = api.ended(Api.expect(202, answer));
      if (ended.path("status").asString().equals("error")) {
        assertThat(ended.path("error").path("code").asString())
            .as(ended.toString())
            .isIn("storage.tables.notFound", "storage.buckets.notFound");
      }
    }
  }

  private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    }
  }

  private int count(String database, String query) throws Exception {
    String password = Files.readString(platform.home().file("warehouse/postgres.password")).strip();
    String url =
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(platform.ports().warehouse(), database);
    try (Connection connection = DriverManager.getConnection(url, "postgres", password);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
