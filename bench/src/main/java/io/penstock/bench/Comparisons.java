package io.penstock.bench;

import io.penstock.bench.ScenarioResult.Target;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The comparisons one by one: path and yardsticks in turn, as many rounds as were asked for, with
 * the same verified content on all sides.
 */
final class Comparisons {
  private static final double ONE_FILE = 0.85;
  private static final double SLICED = 1.0;
  private static final double UPSERT = 0.8;
  private static final double EXPORT_MB = 60;

  /** With fewer rows, what a job costs beside its rows weighs more than they do. */
  private static final long JUDGED_FROM = 5_000_000;

  private final Bed bed;
  private final DataSet data;
  private final Uploads uploads;
  private final Stopwatch stopwatch;
  private final int rounds;
  private final int smallLoads;
  private final LongSupplier workerPeakBytes;
  private final Consumer<String> progress;
  private final Expected events;

  /**
   * How much is measured.
   *
   * @param rounds of each comparison but the small loads, which have one
   * @param smallLoads one after the other; a sixth of them more to warm up
   */
  record Extent(int rounds, int smallLoads) {}

  Comparisons(
      Bed bed,
      DataSet data,
      Stopwatch stopwatch,
      Extent extent,
      LongSupplier workerPeakBytes,
      Consumer<String> progress) {
    this.bed = bed;
    this.data = data;
    this.uploads = new Uploads(bed.client(), data, progress);
    this.stopwatch = stopwatch;
    this.rounds = extent.rounds();
    this.smallLoads = extent.smallLoads();
    this.workerPeakBytes = workerPeakBytes;
    this.progress = progress;
    this.events = new Expected(data.rows());
  }

  /** A worker lives long: its first load is not what its users see. */
  void warmUp() throws Exception {
    progress.accept("warm-up: one load that is not counted");
    stopwatch.once(plainLoad(), events);
  }

  ScenarioResult run(Scenario scenario) throws Exception {
    progress.accept(scenario.toString());
    return switch (scenario) {
      case PLAIN -> plain();
      case GZIP -> gzip();
      case SLICES -> slices();
      case UPSERT -> upsert();
      case EXPORT -> export();
      case SMALL -> small();
    };
  }

  private PathLoad plainLoad() throws Exception {
    return new PathLoad(bed, "one plain file", uploads.empty(), uploads.events(), Map.of());
  }

  private ScenarioResult plain() throws Exception {
    List<Series> sides =
        inTurn(
            List.of(
                plainLoad(),
                CopyLoad.ofPlain(bed, data.events()),
                CopyLoad.inCreatingTransaction(bed, data.events())),
            events);
    return loaded(Scenario.PLAIN, sides, ONE_FILE);
  }

  private ScenarioResult gzip() throws Exception {
    PathLoad path = new PathLoad(bed, "one gzip file", uploads.empty(), uploads.packed(), Map.of());
    List<Series> sides = inTurn(List.of(path, CopyLoad.ofPacked(bed, data.packed())), events);
    return loaded(Scenario.GZIP, sides, ONE_FILE);
  }

  private ScenarioResult slices() throws Exception {
    PathLoad path =
        new PathLoad(
            bed,
            "a file of four plain slices",
            uploads.empty(),
            uploads.slices(),
            Map.of("columns", EventRows.COLUMNS));
    List<Series> sides =
        inTurn(
            List.of(
                path,
                CopyLoad.ofPlain(bed, data.events()),
                CopyLoad.inTwoSessions(bed, data.slices())),
            events);
    return loaded(Scenario.SLICES, sides, SLICED);
  }

  private ScenarioResult loaded(Scenario scenario, List<Series> sides, double atLeast)
      throws Exception {
    return compared(scenario, sides, atLeast, rates(sides.getFirst(), data.rows(), plainBytes()));
  }

  private ScenarioResult upsert() throws Exception {
    List<Series> sides =
        inTurn(
            List.of(
                new PathUpsert(bed, uploads.events(), uploads.changes()),
                new PsqlUpsert(bed, data.events(), data.upsert())),
            new Expected(data.rows() + data.changes() / 2));
    long bytes = Files.size(data.upsert());
    return compared(Scenario.UPSERT, sides, UPSERT, rates(sides.getFirst(), data.changes(), bytes));
  }

  private ScenarioResult export() throws Exception {
    Client client = bed.client();
    client.createTable(PathLoad.TABLE, uploads.empty(), List.of());
    long job = client.load(PathLoad.TABLE, uploads.events(), Map.of(), PathLoad.POLL);
    Warehouse warehouse = bed.warehouse();
    String generation = warehouse.generation(job);
    warehouse.vacuum(warehouse.project(), generation);
    Expected input = new Expected(data.digest().content());
    PathExport path = new PathExport(bed);
    progress.accept("  one export that is not counted");
    stopwatch.once(path, input);
    List<Series> sides =
        inTurn(
            List.of(path, new CopyOut(bed, generation, true), new CopyOut(bed, generation, false)),
            input);
    client.drop(PathLoad.TABLE);
    return exported(sides, path.exported());
  }

  /**
   * The rate is of the CSV as {@code psql} writes it. The platform encloses every field, which
   * makes more bytes of the same rows: counting those would flatter it.
   */
  private ScenarioResult exported(List<Series> sides, Client.Exported written) throws Exception {
    Series path = sides.getFirst();
    Map<String, Object> figures = rates(path, data.rows(), plainBytes());
    double seconds = path.seconds().median();
    figures.put("enclosedMbPerSecond", written.plainBytes() / 1e6 / seconds);
    figures.put("enclosedBytes", written.plainBytes());
    figures.put("storedBytes", written.storedBytes());
    figures.put("slices", written.slices());
    Target target =
        new Target(
            "MB/s of uncompressed CSV",
            EXPORT_MB,
            plainBytes() / 1e6 / seconds,
            data.rows() >= JUDGED_FROM);
    return result(Scenario.EXPORT, sides, target, figures);
  }

  private ScenarioResult small() throws Exception {
    SmallLoads path = new SmallLoads(bed, uploads.small(), smallLoads / 6, smallLoads);
    SmallCopies copies = new SmallCopies(bed, data.small(), smallLoads);
    Expected rows = new Expected(data.smallRows());
    List<Series> sides = new ArrayList<>();
    for (Side side : List.of(path, copies)) {
      sides.add(new Series(side.name(), side.what(), stopwatch.measure(side, rows)));
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("milliseconds", percentiles(path.milliseconds()));
    figures.put("psqlMilliseconds", percentiles(copies.milliseconds()));
    figures.put("eachMilliseconds", path.milliseconds());
    return result(Scenario.SMALL, sides, null, figures);
  }

  private static Map<String, Double> percentiles(List<Double> milliseconds) {
    Map<String, Double> percentiles = new LinkedHashMap<>();
    percentiles.put("p50", Figures.percentile(milliseconds, 0.50));
    percentiles.put("p90", Figures.percentile(milliseconds, 0.90));
    percentiles.put("p99", Figures.percentile(milliseconds, 0.99));
    return percentiles;
  }

  private List<Series> inTurn(List<Side> sides, Expected expected) throws Exception {
    List<List<Measurement>> runs = new ArrayList<>();
    sides.forEach(_ -> runs.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < sides.size(); i++) {
        runs.get(i).addAll(stopwatch.measure(sides.get(i), expected));
      }
    }
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < sides.size(); i++) {
      series.add(new Series(sides.get(i).name(), sides.get(i).what(), runs.get(i)));
    }
    return series;
  }

  private long plainBytes() throws Exception {
    return Files.size(data.events());
  }

  private static Map<String, Object> rates(Series path, long rows, long plainBytes) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("rows", rows);
    figures.put("csvBytes", plainBytes);
    figures.put("mbPerSecond", plainBytes / 1e6 / path.seconds().median());
    figures.put("rowsPerSecond", Math.round(rows / path.seconds().median()));
    return figures;
  }

  private ScenarioResult compared(
      Scenario scenario, List<Series> sides, double atLeast, Map<String, Object> figures) {
    double ratio = sides.get(1).seconds().median() / sides.getFirst().seconds().median();
    Target target =
        new Target("ratio to " + sides.get(1).name(), atLeast, ratio, data.rows() >= JUDGED_FROM);
    return result(scenario, sides, target, figures);
  }

  private ScenarioResult result(
      Scenario scenario,
      List<Series> sides,
      @org.jspecify.annotations.Nullable Target target,
      Map<String, Object> figures) {
    return new ScenarioResult(
        scenario,
        sides.getFirst(),
        sides.subList(1, sides.size()),
        target,
        figures,
        workerPeakBytes.getAsLong() / 1e6);
  }
}
