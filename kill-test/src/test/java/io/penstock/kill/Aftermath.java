package io.penstock.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.audit.AuditRecord;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.SdkHttpClient;

/** What must hold when all is calm again. */
final class Aftermath {
  /** Two leases of the outbox, and some. */
  private static final Duration TO_SETTLE = Duration.ofSeconds(90);

  private final Installation installation;
  private final Queues queues;
  private final CustomersClient api;
  private final LoadCount loads;
  private final LeftBehind left;
  private final AuditTrail trail;

  Aftermath(
      Installation installation,
      Queues queues,
      SdkHttpClient store,
      CustomersClient api,
      LoadCount loads,
      HttpClient https) {
    this.installation = installation;
    this.queues = queues;
    this.api = api;
    this.loads = loads;
    this.left = new LeftBehind(installation, store);
    this.trail = new AuditTrail(https, installation, installation.audit());
  }

  void check(List<Customer> customers) throws Exception {
    for (Customer customer : customers) {
      customer.compare();
      customer.lastLoad();
      customer.compare();
    }
    eventually("jobs that have not ended", left::unfinishedJobs, List.of());
    eventually("messages in queues", queues::left, Map.of());
    eventually("hidden tables", left::hiddenTables, List.of());
    assertThat(left.disagreements()).as("tables unlike their metadata").isEmpty();
    assertThat(left.orphanedObjects()).as("objects of no file").isEmpty();
    assertThat(left.unfinishedUploads()).as("unfinished uploads").isEmpty();
    eventually("unconfirmed records", left::unconfirmedRecords, List.of());
    checkTrail();
  }

  /** The first project is the customers'. */
  private void checkTrail() throws Exception {
    Set<String> told = new HashSet<>(api.recordIds());
    eventually(
        "records of answered calls that are not found",
        () -> {
          Set<String> missing = new HashSet<>(told);
          trail.records(project()).forEach(record -> missing.remove(record.id().toString()));
          return missing;
        },
        Set.of());
    List<AuditRecord> records = trail.records(project());
    assertThat(records).extracting(AuditRecord::id).as("records").doesNotHaveDuplicates();
    Map<String, Long> events =
        records.stream()
            .filter(record -> record.kind() == AuditRecord.Kind.EVENT)
            .collect(Collectors.groupingBy(AuditRecord::operation, Collectors.counting()));
    System.out.printf(
        "kill test: %d records, %d of them of calls whose answer arrived; events %s%n",
        records.size(), told.size(), events);
    assertThat(events)
        .as("events of jobs, each once")
        .containsEntry("storage.tableImportDone", (long) loads.total())
        .containsEntry("storage.tableExported", (long) loads.comparisons())
        .containsEntry("storage.tableImportError", (long) loads.refusals());
  }

  private long project() throws java.io.IOException {
    return Long.parseLong(installation.text("run/demo-project"));
  }

  /** Fails when it is not found as expected within {@link #TO_SETTLE}. */
  static <T> void eventually(String what, Callable<T> found, T expected) throws Exception {
    Instant until = Instant.now().plus(TO_SETTLE);
    T now = found.call();
    while (!now.equals(expected) && Instant.now().isBefore(until)) {
      TimeUnit.MILLISECONDS.sleep(300); // leases run out
      now = found.call();
    }
    assertThat(now).as(what).isEqualTo(expected);
  }
}
