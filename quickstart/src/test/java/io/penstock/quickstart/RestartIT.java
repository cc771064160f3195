package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The platform in a process of its own, killed in the middle of its work. */
class RestartIT {
  private static final int ROWS = 120_000;

  @TempDir private Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before each test
  private Home home;

  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void choosePorts() throws IOException {
    home = Home.at(directory.resolve("home"));
    TestPlatform.freePorts().save(home);
  }

  @AfterEach
  void endWhatWasStarted() throws Exception {
    for (Process process : processes) {
      process.destroy();
      if (!process.waitFor(40, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
    Leftovers.stop(home);
  }

  @Test
  void loadsThatWereUnderWayWhenEverythingWasKilledEndRight() throws Exception {
    Process first = up();
    Api api = api();
    api.post(201, "buckets", Map.of("name", "kill", "stage", "in"));
    List<JsonNode> jobs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      long file = Uploads.upload(api, s3(), "rows.csv", rows(i));
      jobs.add(
          api.post(
              202, "buckets/in.c-kill/tables-async", Map.of("name", "t" + i, "dataFileId", file)));
    }

    awaitProcessing(api, jobs);
    first.destroyForcibly().waitFor();
    up();

    Api again = api();
    for (int i = 0; i < 5; i++) {
      JsonNode job = again.ended(jobs.get(i));
      assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("success");
      assertThat(again.get("tables/in.c-kill.t" + i).path("rowsCount").asInt()).isEqualTo(ROWS);
    }
    assertThat(warehouseTables()).hasSize(5);
  }

  private static void awaitProcessing(Api api, List<JsonNode> jobs) throws Exception {
    Instant until = Instant.now().plus(Duration.ofSeconds(30));
    while (Instant.now().isBefore(until)) {
      for (JsonNode job : jobs) {
        if (api.get("jobs/" + job.path("id").asLong())
            .path("status")
            .asString()
            .equals("processing")) {
          return;
        }
      }
      Thread.sleep(2); // as a client polls
    }
    throw new AssertionError("No job was ever seen to be under way");
  }

  private static String rows(int seed) {
    StringBuilder csv = new StringBuilder("id,text\n");
    IntStream.range(0, ROWS)
        .forEach(
            i -> csv.append(i).append(",\"row ").append(seed * i).append(", with a comma\"\n"));
    return csv.toString();
  }

  /**
   * Generations and staging tables, seen by the superuser: nothing that no catalogue knows may be
   * left.
   */
  private List<String> warehouseTables() throws Exception {
    String password = Files.readString(home.file("warehouse/postgres.password")).strip();
    List<String> tables = new ArrayList<>();
    String url = "jdbc:postgresql://127.0.0.1:%d/1".formatted(Ports.load(home).warehouse());
    try (Connection connection = DriverManager.getConnection(url, "postgres", password);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT tablename FROM pg_tables WHERE schemaname = '_penstock' AND tablename ~ '^[a-z][0-9]+_'")) {
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return tables;
  }

  private Process up() throws Exception {
    Path progress = home.folder("run").resolve("progress");
    Files.deleteIfExists(progress);
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Penstock.class.getName(),
            "run");
    builder.environment().put("PENSTOCK_HOME", home.root().toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(
        ProcessBuilder.Redirect.appendTo(directory.resolve("platform.log").toFile()));
    Process process = builder.start();
    processes.add(process);
    Instant until = Instant.now().plus(Duration.ofMinutes(3));
    while (Instant.now().isBefore(until)) {
      String told = Files.exists(progress) ? Files.readString(progress) : "";
      if (told.contains(RunCommand.READY)) {
        return process;
      }
      if (!process.isAlive()) {
        throw new AssertionError(
            "The platform did not start: "
                + told
                + Files.readString(directory.resolve("platform.log")));
      }
      Thread.sleep(50); // a file is watched
    }
    throw new AssertionError("The platform was not ready in time");
  }

  private Api api() throws IOException {
    Map<String, String> variables = QuickstartEnvironment.read(home);
    return new Api(
        URI.create(variables.getOrDefault("STORAGE_API_HTTP_URL", "")),
        variables.get("STORAGE_API_TOKEN"));
  }

  private URI s3() throws IOException {
    return URI.create(QuickstartEnvironment.read(home).getOrDefault("AWS_ENDPOINT_URL_S3", ""));
  }
}
