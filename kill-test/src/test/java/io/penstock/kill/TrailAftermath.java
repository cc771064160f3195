package io.penstock.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.trail.NoteKey;
import io.penstock.trail.SignedNote;
import io.penstock.trail.verify.Verification;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpClient;
import tools.jackson.databind.JsonNode;

/** What must hold of the trail when all is calm again. */
record TrailAftermath(
    Installation installation,
    Queues queues,
    List<AuditInstance> auditServices,
    SdkHttpClient store,
    HttpClient https,
    Path folder) {

  /** A record as it stands in a log. */
  private record Kept(String id, long project) {}

  /**
   * @param known a checkpoint of each trail, taken earlier
   */
  void check(Received received, Map<String, SignedNote> known) throws Exception {
    letLeasesEnd();
    LeftBehind left = new LeftBehind(installation, store);
    Aftermath.eventually("unconfirmed records", left::unconfirmedRecords, List.of());
    Aftermath.eventually("messages in queues", queues::left, Map.of());
    List<Kept> kept = new ArrayList<>();
    try (TrailBucket bucket = new TrailBucket(installation, store)) {
      for (String trail : bucket.trails()) {
        kept.addAll(log(bucket, trail, known.get(trail)));
      }
    }
    List<String> ids = kept.stream().map(Kept::id).toList();
    assertThat(ids).as("records in the logs").doesNotHaveDuplicates();
    Set<String> once = new HashSet<>(ids);
    assertThat(missing(received.records(), once)).as("answered calls not in the log").isEmpty();
    assertThat(missing(received.events(), once)).as("accepted events not in the log").isEmpty();
    for (AuditInstance service : auditServices) {
      search(service, kept);
    }
  }

  private static List<String> missing(Set<String> wanted, Set<String> there) {
    return wanted.stream().filter(id -> !there.contains(id)).toList();
  }

  /** As if their time had passed: what a dead process had taken is anybody's again. */
  private void letLeasesEnd() throws Exception {
    try (Connection metadata = installation.metadata();
        Statement statement = metadata.createStatement()) {
      statement.executeUpdate("UPDATE outbox_record SET lease_until = now()");
    }
  }

  private List<Kept> log(TrailBucket bucket, String trail, @Nullable SignedNote known)
      throws Exception {
    long records = bucket.records(trail);
    Aftermath.eventually("records proven in trail " + trail, () -> bucket.proven(trail), records);
    CopiedLog log = new CopiedLog(trail, folder.resolve(trail));
    bucket.copy(trail, log.folder());
    NoteKey key = NoteKey.parse(installation.text("secrets/audit-log.pub"));
    Verification.Counts counts = log.verify(key, known);
    List<String> entries = log.bundled(records);
    assertThat(entries).hasSize((int) records).isEqualTo(log.segmented());
    System.out.printf(
        "trail kill test: trail %s verified: %s, values beside %d%n",
        trail, counts, log.values(entries));
    assertThat(counts.entries()).isEqualTo(records);
    return entries.stream().map(TrailAftermath::kept).toList();
  }

  private static Kept kept(String entry) {
    JsonNode record = Json.mapper().readTree(entry).path("record");
    return new Kept(record.path("id").asString(), record.path("projectId").asLong(0));
  }

  /** The first project's records; the platform's own belong to no project that could search. */
  private void search(AuditInstance service, List<Kept> kept) throws Exception {
    long project = Long.parseLong(installation.text("run/demo-project"));
    List<String> inLog =
        kept.stream().filter(each -> each.project() == project).map(Kept::id).sorted().toList();
    AuditTrail trail = new AuditTrail(https, installation, service.address());
    Aftermath.eventually(
        "records found by " + service.name(),
        () ->
            trail.records(project).stream().map(record -> record.id().toString()).sorted().toList(),
        inLog);
  }
}
