package io.penstock.bench;

import io.penstock.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures the audit trail, from the start of the processes to their end. */
final class TrailRun {
  /** Searches that are not counted. */
  private static final int WARM_UP_SEARCHES = 240;

  private final Checkout checkout;
  private final BenchHome home;
  private final Set<TrailPart> parts;
  private final TrailResult.Settings settings;
  private final Consumer<String> progress;

  TrailRun(
      Checkout checkout,
      BenchHome home,
      Set<TrailPart> parts,
      TrailResult.Settings settings,
      Consumer<String> progress) {
    this.checkout = checkout;
    this.home = home;
    this.parts = Set.copyOf(parts);
    this.settings = settings;
    this.progress = progress;
  }

  /** What was measured at the platform. */
  private record Called(
      TrailResult.@Nullable Calls calls,
      TrailResult.@Nullable Absorbed absorbed,
      TrailResult.@Nullable Lag lag,
      TrailResult.@Nullable Logged logged,
      Map<String, String> postgres) {
    static final Called NOTHING = new Called(null, null, null, null, Map.of());
  }

  /**
   * Measures.
   *
   * @throws Expected.VerificationFailure when an answer is wrong, or a call has no record in the
   *     log
   */
  TrailResult run() throws Exception {
    Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    List<Double> load = Machine.loadAverageNow();
    Revision revision = Revision.of(checkout.root());
    TrailResult.Search search = parts.contains(TrailPart.SEARCH) ? search() : null;
    Called called = TrailPart.needPlatform(parts) ? called() : Called.NOTHING;
    return new TrailResult(
        begin,
        revision,
        Machine.here(home.path(), load, "", called.postgres()),
        settings,
        called.calls(),
        called.absorbed(),
        called.lag(),
        called.logged(),
        search);
  }

  private TrailResult.Search search() throws IOException, InterruptedException {
    Path folder = home.path().resolve("index");
    Path result = home.path().resolve("index.json");
    Path log = home.path().resolve("index.log");
    IndexProcess.requireRoom(home.path(), settings.records());
    progress.accept(
        String.format(
            Locale.ROOT,
            "filling an index with %,d records, and searching in it",
            settings.records()));
    Process process =
        new ProcessBuilder(
                checkout.index(
                    folder.toString(),
                    Long.toString(settings.records()),
                    Integer.toString(WARM_UP_SEARCHES),
                    Integer.toString(settings.searches()),
                    result.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
    if (process.waitFor() != 0) {
      throw new IllegalStateException("The index could not be measured; more in " + log);
    }
    BenchHome.delete(folder);
    return Json.read(Files.readString(result, StandardCharsets.UTF_8), TrailResult.Search.class);
  }

  private Called called() throws Exception {
    progress.accept("starting the platform");
    try (CalledPlatform platform = start(checkout, "recorded")) {
      LogCount log = LogCount.from(platform);
      TrailResult.Calls calls = parts.contains(TrailPart.CALLS) ? calls(platform) : null;
      TrailResult.Absorbed absorbed = null;
      if (parts.contains(TrailPart.ABSORB)) {
        warmUp(platform, calls == null);
        absorbed = absorbed(platform);
      }
      TrailResult.Lag lag = null;
      if (parts.contains(TrailPart.LAG)) {
        progress.accept("calling at a moderate rate, and searching for what was recorded");
        lag =
            new LagRun(platform).run(settings.lagRate(), Duration.ofSeconds(settings.lagSeconds()));
      }
      progress.accept("counting what the log holds");
      return new Called(calls, absorbed, lag, log.until(platform), platform.postgres());
    }
  }

  private CalledPlatform start(Checkout with, String name) throws Exception {
    return CalledPlatform.start(with, home.path().resolve(name), progress);
  }

  private TrailResult.Calls calls(CalledPlatform recorded) throws Exception {
    progress.accept("starting a second platform, with recording off");
    try (CalledPlatform unrecorded = start(checkout.withRecordingOff(), "unrecorded")) {
      warmUp(recorded, true);
      long before = unrecorded.records().settled();
      warmUp(unrecorded, true);
      List<CallRound> with = new ArrayList<>();
      List<CallRound> without = new ArrayList<>();
      List<Double> caughtUp = new ArrayList<>();
      for (int i = 0; i < settings.rounds(); i++) {
        with.add(recorded.round("recorded", settings.connections(), settings.seconds()));
        caughtUp.add(recorded.caughtUp()); // or the other would be measured beside it
        without.add(unrecorded.round("unrecorded", settings.connections(), settings.seconds()));
      }
      long written = unrecorded.records().settled() - before;
      if (written != 0) {
        throw new Expected.VerificationFailure(
            "With recording off, %d calls left %d records".formatted(unrecorded.calls(), written));
      }
      return new TrailResult.Calls(with, without, caughtUp);
    }
  }

  private void warmUp(CalledPlatform platform, boolean cold) throws Exception {
    for (int second = 0; cold && second < settings.warmUp(); second += settings.seconds()) {
      CallRound _ = platform.round("warm-up", settings.connections(), settings.seconds());
    }
    double _ = platform.caughtUp();
  }

  private TrailResult.Absorbed absorbed(CalledPlatform platform) throws Exception {
    CallRound flood = platform.round("flood", settings.connections(), settings.floodSeconds());
    Backlog backlog = Backlog.of(platform.records());
    TrailResult.Absorbed absorbed = backlog.untilKept(flood);
    progress.accept(
        String.format(
            Locale.ROOT,
            "%,d records that waited are kept after %.1f s",
            absorbed.backlog(),
            absorbed.seconds()));
    return absorbed;
  }
}
