package io.penstock.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run from the start of the processes to their end. */
final class BenchRun {
  private final Checkout checkout;
  private final BenchHome home;
  private final DataSet data;
  private final Comparisons.Extent extent;
  private final Duration patience;
  private final @Nullable Path profiles;
  private final Consumer<String> progress;

  /**
   * @param patience how long to wait for an idle machine; zero: neither wait nor repeat
   * @param profiles folder for recordings of the processes; null: none
   */
  BenchRun(
      Checkout checkout,
      BenchHome home,
      DataSet data,
      Comparisons.Extent extent,
      Duration patience,
      @Nullable Path profiles,
      Consumer<String> progress) {
    this.checkout = checkout;
    this.home = home;
    this.data = data;
    this.extent = extent;
    this.patience = patience;
    this.profiles = profiles;
    this.progress = progress;
  }

  BenchHome home() {
    return home;
  }

  /**
   * Measures.
   *
   * @throws Expected.VerificationFailure when the sides do not end with the same rows
   */
  BenchResult run(Set<Scenario> scenarios) throws Exception {
    Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    List<Double> load = Machine.loadAverageNow();
    Revision revision = Revision.of(checkout.root());
    String psql = Psql.version();
    generate(scenarios);
    progress.accept("starting the platform, and the worker in a process of its own");
    try (RunningSystem system = RunningSystem.start(checkout, home.path());
        Client client = new Client(system.variables())) {
      Bed bed = bed(system, client);
      List<ScenarioResult> results = measure(system, bed, scenarios);
      return new BenchResult(
          begin,
          revision,
          Machine.here(home.path(), load, psql, bed.warehouse().settings()),
          new BenchResult.Settings(
              data.rows(),
              extent.rounds(),
              extent.smallLoads(),
              checkout.workerFlags(),
              checkout.platformFlags(),
              profiles != null),
          new BenchResult.Memory(
              Machine.peakBytes(system.workerPid()) / 1e6,
              Machine.peakBytes(system.platformPid()) / 1e6),
          notes(results),
          results);
    }
  }

  /** Before anything runs that is measured. */
  private void generate(Set<Scenario> scenarios) throws Exception {
    progress.accept(String.format(Locale.ROOT, "data: %,d rows", data.rows()));
    data.events();
    for (Scenario scenario : scenarios) {
      switch (scenario) {
        case PLAIN, SMALL -> {}
        case GZIP -> data.packed();
        case SLICES -> data.slices();
        case UPSERT -> data.upsert();
        case EXPORT -> data.digest();
      }
    }
  }

  private Bed bed(RunningSystem system, Client client) throws Exception {
    String password = system.superuserPassword();
    int port = system.warehousePort();
    Path errors = home.path().resolve("logs/psql.log");
    Warehouse warehouse = new Warehouse(port, password, client.project());
    warehouse.createScratch();
    return new Bed(client, warehouse, new Psql(port, password, errors));
  }

  private List<ScenarioResult> measure(RunningSystem system, Bed bed, Set<Scenario> scenarios)
      throws Exception {
    CpuTimes.Parts parts = system.parts();
    Stopwatch stopwatch =
        new Stopwatch(
            new Quiet(bed.warehouse(), patience),
            () -> CpuTimes.now(parts),
            !patience.isZero(),
            progress);
    long worker = system.workerPid();
    Comparisons comparisons =
        new Comparisons(bed, data, stopwatch, extent, () -> Machine.peakBytes(worker), progress);
    comparisons.warmUp();
    List<ScenarioResult> results = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      Recording recording = Recording.of(system, scenario, profiles);
      results.add(comparisons.run(scenario));
      recording.end();
    }
    return results;
  }

  private static List<String> notes(List<ScenarioResult> results) {
    List<String> notes = new ArrayList<>();
    notes.add(
        "One load before all, and one export before the exports, were not counted: a worker lives long.");
    notes.add(
        "Every run ended with the same rows on all sides: their number and a checksum over all columns were compared.");
    boolean noisy =
        results.stream()
            .anyMatch(
                result ->
                    result.path().noisy() || result.yardsticks().stream().anyMatch(Series::noisy));
    if (noisy) {
      notes.add(
          "Other processes used the machine during every run of a side (marked noisy): compare only within this run.");
    }
    return notes;
  }
}
