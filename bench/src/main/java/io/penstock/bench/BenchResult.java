package io.penstock.bench;

import io.penstock.model.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * One run of the benchmark, all single measurements included, as it goes into a file.
 *
 * @param startedAt UTC
 * @param notes what a reader of the figures has to know
 */
record BenchResult(
    Instant startedAt,
    Revision revision,
    Machine machine,
    Settings settings,
    Memory memory,
    List<String> notes,
    List<ScenarioResult> scenarios) {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final JsonMapper MAPPER =
      Json.mapper()
          .rebuild()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(
              new SimpleModule()
                  .addSerializer(Double.class, new Rounded())
                  .addSerializer(double.class, new Rounded()))
          .build();

  /** What was asked for, and how the processes were started. */
  record Settings(
      long rows,
      int rounds,
      int smallLoads,
      List<String> workerFlags,
      String platformFlags,
      boolean profiled) {}

  /**
   * Largest resident sets at the end, in 10^6 bytes.
   *
   * @param platformPeakMb storage-api, audit-service, object store and queues, one process
   */
  record Memory(double workerPeakMb, double platformPeakMb) {}

  /** Writes the file; answers where it is. */
  Path writeTo(Path directory) throws IOException {
    return write(directory, NAME.format(startedAt) + "-" + revision.commit(), json());
  }

  String json() {
    return MAPPER.writeValueAsString(this);
  }

  /** Writes the result of measured calls; answers where it is. */
  static Path writeTo(Path directory, CallResult calls) throws IOException {
    return write(
        directory,
        NAME.format(calls.startedAt()) + "-" + calls.revision().commit() + "-calls",
        MAPPER.writeValueAsString(calls));
  }

  /** Writes the result of a measured trail; answers where it is. */
  static Path writeTo(Path directory, TrailResult trail) throws IOException {
    return write(
        directory,
        NAME.format(trail.startedAt()) + "-" + trail.revision().commit() + "-trail",
        MAPPER.writeValueAsString(trail));
  }

  private static Path write(Path directory, String name, String json) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(name + ".json");
    Files.writeString(file, json + "\n", StandardCharsets.UTF_8);
    return file;
  }

  /** Three places behind the point: a millisecond, or a thousandth of a ratio. */
  private static final class Rounded extends ValueSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator out, SerializationContext context) {
      out.writeNumber(
          BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP).stripTrailingZeros());
    }
  }
}
