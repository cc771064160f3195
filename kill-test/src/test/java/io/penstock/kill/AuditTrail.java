package io.penstock.kill;

import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A project's records as audit-service finds them. */
record AuditTrail(HttpClient http, Installation installation) {
  private static final int PAGE = 1_000;

  /** All records, each as often as it is found. */
  List<AuditRecord> records(long project) throws IOException, InterruptedException {
    List<AuditRecord> all = new ArrayList<>();
    @Nullable String last = null;
    List<AuditRecord> page;
    do {
      page = page(project, last);
      all.addAll(page);
      last = page.isEmpty() ? null : page.getLast().id().toString();
    } while (page.size() == PAGE);
    return all;
  }

  private List<AuditRecord> page(long project, @Nullable String after)
      throws IOException, InterruptedException {
    RecordQuery query =
        new RecordQuery(
            project,
            null,
            RecordQuery.Viewer.OF_ALL,
            RecordQuery.Where.ANYTHING,
            new RecordQuery.Paging(after, null, null, PAGE, 0, true, 0),
            RecordQuery.Counting.NOTHING);
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(installation.audit().resolve("/internal/records/search"))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + installation.text("secrets/audit-credential"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(query)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("The search was answered " + answer.statusCode() + answer.body());
    }
    return Json.read(answer.body(), RecordQuery.Page.class).records().stream()
        .map(KeptRecord::record)
        .toList();
  }
}
