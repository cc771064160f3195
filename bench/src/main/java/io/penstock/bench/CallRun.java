package io.penstock.bench;

import io.penstock.model.Json;
import io.penstock.uploader.UploaderClient;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Measures calls, from the start of the processes to their end. */
final class CallRun {
  private final Checkout checkout;
  private final BenchHome home;
  private final CallResult.Settings settings;
  private final Consumer<String> progress;
  private final Wrk wrk;
  private long calls;

  /**
   * Records that there may be beside those of the calls: of what was under way at a round's end.
   */
  private long uncounted;

  private int disturbed;

  CallRun(
      Checkout checkout, BenchHome home, CallResult.Settings settings, Consumer<String> progress) {
    this.checkout = checkout;
    this.home = home;
    this.settings = settings;
    this.progress = progress;
    this.wrk = new Wrk(home.path());
  }

  BenchHome home() {
    return home;
  }

  /**
   * Measures.
   *
   * @throws Expected.VerificationFailure when an answer is wrong or a call has no audit record
   */
  CallResult run() throws Exception {
    Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    List<Double> load = Machine.loadAverageNow();
    Revision revision = Revision.of(checkout.root());
    progress.accept("starting the platform, and a bare endpoint in a process of its own");
    Path log = home.path().resolve("bare.log");
    try (RunningSystem system = RunningSystem.start(checkout, home.path());
        BareServer bare = BareServer.start(checkout, log);
        UploaderClient api = client(system.variables())) {
      String token = system.variables().getOrDefault("STORAGE_API_TOKEN", "");
      URI base = URI.create(system.variables().get("STORAGE_API_HTTP_URL") + "/v2/storage/");
      JsonNode own = api.get("tokens/verify");
      Warehouse warehouse =
          new Warehouse(
              system.warehousePort(),
              system.superuserPassword(),
              own.path("owner").path("id").asString());
      Quiet quiet = new Quiet(warehouse, Duration.ofSeconds(settings.idleWait()));
      CallRecordCount records = system.records();
      long before = records.settled();

      CallRound.Target path =
          new CallRound.Target(
              base.resolve("tokens/verify"), token, withId(own.path("id").asString()));
      CallRound.Target yardstick =
          new CallRound.Target(bare.address(), "", withId(BareEndpoint.ID));
      List<CallRound> verify = new ArrayList<>();
      List<CallRound> bareRounds = new ArrayList<>();
      List<Double> caughtUp = new ArrayList<>();
      for (int second = 0; second < settings.warmUp(); second += settings.seconds()) {
        measured("warm-up", path, settings.connections());
      }
      double _ = caughtUp(records);
      round("warm-up", yardstick, settings.connections());
      for (int i = 0; i < settings.rounds(); i++) {
        await(quiet); // the log is still being written of what was kept before
        CallRound round = byWrk("tokens/verify", path);
        calls += round.calls();
        uncounted += settings.connections();
        verify.add(round);
        caughtUp.add(caughtUp(records)); // or the bare endpoint would be measured beside it
        await(quiet);
        bareRounds.add(byWrk("bare", yardstick));
      }
      calls += looked(path);
      long recorded = recorded(records, before);
      JsonNode reader = tokenWithBuckets(api);
      before = records.settled();
      CallRound.Target list =
          new CallRound.Target(
              base.resolve("buckets"),
              reader.path("token").asString(),
              body -> Json.mapper().readTree(body).size() == settings.buckets());
      for (int second = 0; second < settings.warmUp(); second += settings.seconds()) {
        measured("warm-up", list, settings.bucketConnections());
      }
      List<CallRound> buckets = new ArrayList<>();
      for (int i = 0; i < settings.rounds(); i++) {
        await(quiet);
        buckets.add(measured("buckets", list, settings.bucketConnections()));
      }
      calls *= 2; // each leaves its own record, and the event storage.bucketListed
      recorded += recorded(records, before);
      return new CallResult(
          begin,
          revision,
          Machine.here(home.path(), load, "", warehouse.settings()),
          settings,
          verify,
          bareRounds,
          caughtUp,
          buckets,
          disturbed,
          recorded);
    }
  }

  /**
   * Waits until the records of all calls since the last time are kept, and counts them.
   *
   * @param before the last number taken before these calls
   * @throws Expected.VerificationFailure when they are not as many as the calls are to leave
   */
  private long recorded(CallRecordCount records, long before)
      throws SQLException, InterruptedException {
    long recorded = records.settled() - before;
    if (recorded < calls || recorded > calls + uncounted) {
      throw new Expected.VerificationFailure(
          "%d audit records were to be left, and up to %d more; there are %d"
              .formatted(calls, uncounted, recorded));
    }
    calls = 0;
    uncounted = 0;
    return recorded;
  }

  /** Seconds until the records of the calls before are all kept. */
  private double caughtUp(CallRecordCount records) throws SQLException, InterruptedException {
    long begin = System.nanoTime();
    long _ = records.settled();
    double seconds = (System.nanoTime() - begin) / 1e9;
    progress.accept(String.format(Locale.ROOT, "caught up with the records in %.1f s", seconds));
    return seconds;
  }

  private static UploaderClient client(Map<String, String> variables) {
    return UploaderClient.builder(URI.create(variables.getOrDefault("STORAGE_API_URL", "")))
        .token(variables.getOrDefault("STORAGE_API_TOKEN", ""))
        .certificateAuthority(Path.of(variables.getOrDefault("PENSTOCK_CA", "")))
        .build();
  }

  /** Makes the buckets, and a token that may read each of them because its permissions say so. */
  private JsonNode tokenWithBuckets(UploaderClient api) throws InterruptedException {
    progress.accept("making " + settings.buckets() + " buckets");
    Map<String, String> permissions = new TreeMap<>();
    for (int i = 0; i < settings.buckets(); i++) {
      JsonNode bucket = api.post("buckets", Map.of("name", "bench-" + i, "stage", "in"));
      permissions.put(bucket.path("id").asString(), "read");
    }
    return api.post("tokens", Map.of("description", "bench", "bucketPermissions", permissions));
  }

  private static java.util.function.Predicate<byte[]> withId(String id) {
    return body ->
        Json.mapper()
            .readTree(new String(body, StandardCharsets.UTF_8))
            .path("id")
            .asString("")
            .equals(id);
  }

  private void await(Quiet quiet) throws IOException, InterruptedException, SQLException {
    if (!quiet.call()) {
      disturbed++;
      progress.accept("the machine was not idle before this round:");
    }
  }

  /** A single call, for the body of its answer. */
  private static long looked(CallRound.Target target) throws Exception {
    return CallRound.run(target, 1, Duration.ZERO).calls();
  }

  private CallRound byWrk(String name, CallRound.Target target)
      throws IOException, InterruptedException {
    return told(
        name, wrk.run(target, settings.connections(), Duration.ofSeconds(settings.seconds())));
  }

  /** A round of calls that are recorded. */
  private CallRound measured(String name, CallRound.Target target, int connections)
      throws Exception {
    CallRound round = round(name, target, connections);
    calls += round.calls();
    return round;
  }

  private CallRound round(String name, CallRound.Target target, int connections) throws Exception {
    return told(name, CallRound.run(target, connections, Duration.ofSeconds(settings.seconds())));
  }

  private CallRound told(String name, CallRound round) {
    progress.accept(
        String.format(
            Locale.ROOT,
            "%-14s %,9.0f/s   p50 %7.2f ms   p99 %7.2f ms",
            name,
            round.perSecond(),
            round.p50Ms(),
            round.p99Ms()));
    return round;
  }
}
