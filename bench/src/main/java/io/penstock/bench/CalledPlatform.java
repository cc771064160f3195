package io.penstock.bench;

import io.penstock.model.Json;
import io.penstock.uploader.UploaderClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** A platform whose {@code GET tokens/verify} is called, and which calls there were. */
final class CalledPlatform implements AutoCloseable {
  private final RunningSystem system;
  private final Consumer<String> progress;
  private final CallRound.Target target;
  private final CallRecordCount records;
  private final AuditAsked audit;
  private final String organisation;
  private final long project;
  private final AtomicLong calls = new AtomicLong();

  private CalledPlatform(RunningSystem system, Consumer<String> progress, JsonNode own)
      throws Exception {
    Map<String, String> variables = system.variables();
    String id = own.path("id").asString();
    this.system = system;
    this.progress = progress;
    this.target =
        new CallRound.Target(
            URI.create(variables.get("STORAGE_API_HTTP_URL") + "/v2/storage/tokens/verify"),
            variables.getOrDefault("STORAGE_API_TOKEN", ""),
            body ->
                Json.mapper()
                    .readTree(new String(body, StandardCharsets.UTF_8))
                    .path("id")
                    .asString("")
                    .equals(id));
    this.records = system.records();
    this.audit =
        AuditAsked.by(system.storageApi(), Path.of(variables.getOrDefault("PENSTOCK_CA", "")));
    this.organisation = own.path("organization").path("id").asString();
    this.project = Long.parseLong(own.path("owner").path("id").asString());
  }

  static CalledPlatform start(Checkout checkout, Path home, Consumer<String> progress)
      throws Exception {
    RunningSystem system = RunningSystem.start(checkout, home);
    try {
      Map<String, String> variables = system.variables();
      try (UploaderClient api =
          UploaderClient.builder(URI.create(variables.getOrDefault("STORAGE_API_URL", "")))
              .token(variables.getOrDefault("STORAGE_API_TOKEN", ""))
              .certificateAuthority(Path.of(variables.getOrDefault("PENSTOCK_CA", "")))
              .build()) {
        return new CalledPlatform(system, progress, api.get("tokens/verify"));
      }
    } catch (Exception e) {
      system.close();
      throw e;
    }
  }

  CallRound round(String name, int connections, int seconds) throws Exception {
    CallRound round = CallRound.run(target, connections, Duration.ofSeconds(seconds));
    called(round.calls());
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

  CallRound.Target target() {
    return target;
  }

  CallRecordCount records() {
    return records;
  }

  AuditAsked audit() {
    return audit;
  }

  long project() {
    return project;
  }

  /** Of the log with the project's records. */
  long logSize() throws Exception {
    return audit.logSize(organisation);
  }

  /** Calls that somebody made at the target. */
  void called(long more) {
    calls.addAndGet(more);
  }

  /** Calls at the target so far. */
  long calls() {
    return calls.get();
  }

  Map<String, String> postgres() throws Exception {
    return new Warehouse(system.warehousePort(), system.superuserPassword(), Long.toString(project))
        .settings();
  }

  /** Seconds until the records of the calls before are all kept. */
  double caughtUp() throws SQLException, InterruptedException {
    long begin = System.nanoTime();
    long _ = records.settled();
    double seconds = (System.nanoTime() - begin) / 1e9;
    progress.accept(String.format(Locale.ROOT, "caught up with the records in %.1f s", seconds));
    return seconds;
  }

  @Override
  public void close() {
    audit.close();
    system.close();
  }
}
