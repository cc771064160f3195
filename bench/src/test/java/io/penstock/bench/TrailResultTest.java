package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TrailResultTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void recordingAddsTheDifferenceOfTheMediansOfTheRounds() {
    TrailResult.Calls calls =
        new TrailResult.Calls(
            List.of(round(4, 40), round(6, 20), round(5, 30)),
            List.of(round(1, 11), round(3, 10), round(2, 30)),
            List.of());

    assertThat(calls.addedP50Ms()).isEqualTo(3);
    assertThat(calls.addedP99Ms()).isEqualTo(19);
  }

  @Test
  void whatIsAbsorbedIsTheBacklogByTheTimeItTook() {
    TrailResult.Absorbed absorbed =
        new TrailResult.Absorbed(new CallRound(9_000, 2, 4_500, 5, 20), 8_000, 4, List.of());

    assertThat(absorbed.perSecond()).isEqualTo(2_000);
    assertThat(absorbed.perSecondInAll()).isEqualTo(1_500);
    assertThat(absorbed.judged()).isFalse();
  }

  @Test
  void percentilesOfALagAreThoseOfAllSamples() {
    List<Double> millis = IntStream.rangeClosed(1, 200).mapToObj(i -> (double) i).toList();

    assertThat(TrailResult.Lag.of(199.5, millis))
        .isEqualTo(new TrailResult.Lag(199.5, 200, 100, 190, 198, 200));
    assertThat(TrailResult.Times.of(millis))
        .isEqualTo(new TrailResult.Times(200, 100, 190, 198, 200));
  }

  @Test
  void fileIsNamedAfterTheTrailAndHoldsWhatWasMeasured() throws IOException {
    TrailResult result =
        new TrailResult(
            Instant.parse("2030-01-02T03:04:05Z"),
            new Revision("abc123", false),
            new Machine("cpu", 2, 1, "d", "ext4", "Linux", List.of(), "jdk", "", Map.of()),
            new TrailResult.Settings(1, 1, 1, 1, 1, 1, 1, 1_000, 1, "", "512m"),
            null,
            null,
            TrailResult.Lag.of(200, List.of(300.0)),
            new TrailResult.Logged(7, 7),
            null);

    Path file = BenchResult.writeTo(directory, result);

    assertThat(file.getFileName()).hasToString("20300102T030405Z-abc123-trail.json");
    JsonNode json = Json.mapper().readTree(Files.readString(file));
    assertThat(json.path("lag").path("p95Ms").asDouble()).isEqualTo(300);
    assertThat(json.path("calls").isNull()).isTrue();
    assertThat(json.path("logged").path("records").asLong()).isEqualTo(7);
    assertThat(json.path("targets").path("searchP95Ms").asDouble()).isEqualTo(100);
  }

  private static CallRound round(double p50, double p99) {
    return new CallRound(1, 1, 1, p50, p99);
  }
}
