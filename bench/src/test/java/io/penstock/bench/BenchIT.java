package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.penstock.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** The whole benchmark with little data: every comparison is run and verified, none is judged. */
class BenchIT {
  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void needsPsql() throws InterruptedException, IOException {
    try {
      Psql.version();
    } catch (IllegalStateException e) {
      abort("skipped: " + e.getMessage());
    }
  }

  @Test
  void everyComparisonIsMeasuredVerifiedAndWrittenDown() throws Exception {
    System.setProperty("penstock.root", Path.of("..").toRealPath().toString());
    StringWriter out = new StringWriter();
    StringWriter errors = new StringWriter();
    CommandLine bench =
        Bench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(errors));

    int code =
        bench.execute(
            "--rows=20000",
            "--rounds=1",
            "--small-loads=12",
            "--idle-wait=0",
            "--home=" + directory.resolve("home"),
            "--results=" + directory.resolve("results"));

    assertThat(code).as(errors + "\n" + out).isZero();
    assertThat(out.toString())
        .contains("MB/s of uncompressed CSV", "p50", "p99", "Peak resident set: worker");
    String json = Files.readString(onlyFile(directory.resolve("results")));
    assertThat(json).doesNotContain(directory.toString(), System.getProperty("user.dir"));
    assertComplete(Json.mapper().readTree(json));
    assertThat(directory.resolve("home")).doesNotExist();
  }

  private static void assertComplete(JsonNode result) {
    assertThat(
            result.path("scenarios").valueStream().map(s -> s.path("scenario").asString()).toList())
        .containsExactly("plain", "gzip", "slices", "upsert", "export", "small");
    for (JsonNode scenario : result.path("scenarios")) {
      JsonNode run = scenario.path("path").path("runs").path(0);
      assertThat(run.path("seconds").asDouble()).isPositive();
      assertThat(run.path("content").path("rows").asLong())
          .isEqualTo(rows(scenario.path("scenario").asString()));
      assertThat(run.path("cpuSeconds").propertyNames())
          .contains("client", "worker", "platform", "warehouse", "metadata");
      assertThat(scenario.path("ratios").valueStream().map(JsonNode::asDouble).toList())
          .isNotEmpty()
          .allMatch(ratio -> ratio > 0);
    }
    assertThat(result.path("memory").path("workerPeakMb").asDouble()).isBetween(50.0, 2000.0);
    assertThat(result.path("machine").path("postgres").path("server_version").asString())
        .startsWith("18");
  }

  private static long rows(String scenario) {
    return switch (scenario) {
      case "upsert" -> 22_000;
      case "small" -> 10;
      default -> 20_000;
    };
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.getFirst();
    }
  }
}
