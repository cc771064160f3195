package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.penstock.model.Json;
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

/** Calls are measured for a moment, and each has its audit record; no target is judged. */
class CallBenchIT {
  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void needsWrk() throws InterruptedException {
    try {
      Wrk.version();
    } catch (IllegalStateException e) {
      abort("skipped: " + e.getMessage());
    }
  }

  @Test
  void callsAreMeasuredAndTheirRecordsCounted() throws Exception {
    System.setProperty("penstock.root", Path.of("..").toRealPath().toString());
    StringWriter out = new StringWriter();
    StringWriter errors = new StringWriter();
    CommandLine bench =
        CallBench.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(errors));

    int code =
        bench.execute(
            "--rounds=1",
            "--seconds=2",
            "--warm-up=1",
            "--connections=4",
            "--buckets=3",
            "--idle-wait=0",
            "--home=" + directory.resolve("home"),
            "--results=" + directory.resolve("results"));

    assertThat(code).as(errors + "\n" + out).isZero();
    JsonNode result;
    try (Stream<Path> files = Files.list(directory.resolve("results"))) {
      result = Json.mapper().readTree(Files.readString(files.toList().getFirst()));
    }
    for (String calls : List.of("verify", "bare", "buckets")) {
      assertThat(result.path(calls).path(0).path("calls").asLong()).as(calls).isPositive();
    }
    assertThat(result.path("recorded").asLong())
        .isGreaterThan(result.path("verify").path(0).path("calls").asLong());
    assertThat(directory.resolve("home")).doesNotExist();
  }
}
