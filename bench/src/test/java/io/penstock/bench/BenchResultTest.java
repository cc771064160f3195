package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.bench.ScenarioResult.Target;
import io.penstock.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class BenchResultTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void fileIsNamedByTimeAndCommitAndHoldsEverySingleRun() throws IOException {
    Path file = result().writeTo(directory);

    assertThat(file.getFileName()).hasToString("20300102T030405Z-abc123.json");
    JsonNode scenario = Json.mapper().readTree(Files.readString(file)).path("scenarios").path(0);
    assertThat(scenario.path("scenario").asString()).isEqualTo("plain");
    assertThat(scenario.path("path").path("runs").size()).isEqualTo(3);
    assertThat(
            scenario.path("path").path("runs").path(0).path("cpuSeconds").path("worker").asDouble())
        .isEqualTo(1.5);
  }

  @Test
  void ratioIsTheYardsticksSecondsByOurs() {
    JsonNode scenario = Json.mapper().readTree(result().json()).path("scenarios").path(0);

    assertThat(scenario.path("path").path("seconds").path("median").asDouble()).isEqualTo(8);
    assertThat(scenario.path("ratios").path("psql").asDouble()).isEqualTo(0.875);
    assertThat(scenario.path("target").path("met").asBoolean()).isTrue();
  }

  @Test
  void disturbedRunsDoNotCountWhileThereAreOthers() {
    assertThat(series("a", run(5, true), run(8, false), run(9, false)).seconds())
        .isEqualTo(new Figures(8.5, 8, 9));
    assertThat(series("a", run(5, true), run(8, true)).seconds()).isEqualTo(new Figures(6.5, 5, 8));
    assertThat(series("a", run(5, true)).noisy()).isTrue();
  }

  @Test
  void targetIsMetFromItsValueOn() {
    assertThat(new Target("x", 0.85, 0.85, true).met()).isTrue();
    assertThat(new Target("x", 0.85, 0.849, true).met()).isFalse();
  }

  @Test
  void describesTheMachineWithoutItsNamesAndPaths() throws IOException {
    Machine here =
        Machine.here(directory, Machine.loadAverageNow(), "psql 15", Map.of("fsync", "on"));

    String json = Json.write(here);

    assertThat(here.cores()).isPositive();
    assertThat(here.memoryMb()).isPositive();
    assertThat(here.loadAverage()).hasSize(3);
    assertThat(json)
        .doesNotContain(directory.toString())
        .doesNotContain(System.getProperty("user.dir"))
        .doesNotContain("\"/")
        .doesNotContain(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip() + "\"");
  }

  @Test
  void tableTellsMediansRatioAndTarget() {
    StringWriter text = new StringWriter();

    new ResultTable(new PrintWriter(text)).print(result());

    assertThat(text.toString()).contains("plain", "8.00", "0.88", "to be 0.85: met");
  }

  private static BenchResult result() {
    Series path = series("penstock", run(8, false), run(7.5, false), run(9, false));
    Series yardstick = series("psql", run(7, false));
    return new BenchResult(
        Instant.parse("2030-01-02T03:04:05Z"),
        new Revision("abc123", false),
        new Machine("cpu", 2, 1000, "vda", "ext4", "Linux 6", List.of(0.1), "25", "15", Map.of()),
        new BenchResult.Settings(100, 3, 6, List.of("-Xmx256m"), "-Xmx1g", false),
        new BenchResult.Memory(200, 500),
        List.of("a note"),
        List.of(
            new ScenarioResult(
                Scenario.PLAIN,
                path,
                List.of(yardstick),
                new Target("ratio", 0.85, 0.875, true),
                Map.of("rows", 100L),
                200)));
  }

  private static Series series(String name, Measurement... runs) {
    return new Series(name, "words", Arrays.asList(runs));
  }

  private static Measurement run(double seconds, boolean noisy) {
    return new Measurement(
        seconds, Map.of("worker", 1.5), noisy ? 5 : 0, noisy, true, new Content(100, "1"));
  }
}
