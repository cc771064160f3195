package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.importer.ledger.JobLedger;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask.DropTables;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.warehouse.CatalogueRow;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedeliveryIT {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static WarehouseFixture warehouse;

  @SuppressWarnings("NullAway.Init")
  private ProjectFixture project;

  @BeforeAll
  static void start() {
    warehouse = WarehouseFixture.start(directory);
  }

  @AfterAll
  static void stop() {
    warehouse.close();
  }

  @BeforeEach
  void newProject() {
    project = warehouse.newProject();
  }

  @Test
  void messageThatComesTwiceIsAnsweredTwiceAndLoadedOnce() throws SQLException {
    long table = project.newTable("id\n1\n");
    JobMessage message = append(table, "id\n2\n");

    JobOutcome first = project.run(message);
    CatalogueRow row = project.catalogue(table);
    JobOutcome second = project.run(message);

    assertThat(second).isEqualTo(first);
    assertThat(project.catalogue(table)).isEqualTo(row);
    assertThat(project.rows(table)).containsExactly("1", "2");
    assertThat(project.reports().starts().stream().map(JobOutcome::jobId).distinct())
        .hasSize(2); // the creation and the first delivery
  }

  @Test
  void refusalIsAnsweredTwiceToo() {
    JobMessage message =
        project.message(
            WarehouseFixture.nextId(),
            project.load(WarehouseFixture.nextId(), true, false, "id\n\"x\"y\n"));

    JobOutcome first = project.run(message);

    assertThat(first.status()).isEqualTo(Status.ERROR);
    assertThat(Json.write(project.run(message)))
        .contains(Objects.requireNonNull(first.error()).exceptionId());
  }

  /** The object is not handed out before the job was reported three times. */
  @Test
  void longJobIsReportedAgainAndAgainWhileItRuns() throws SQLException {
    JobMessage message =
        project.message(
            WarehouseFixture.nextId(),
            project.load(WarehouseFixture.nextId(), true, false, "id\n1\n"));
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    project.objects().whenOpened(_ -> awaitStarts(message.jobId(), 3, until));
    try {
      assertThat(project.run(message).status()).isEqualTo(Status.SUCCESS);
    } finally {
      project.objects().whenOpened(_ -> {});
    }
    assertThat(starts(message.jobId())).isGreaterThanOrEqualTo(3);
  }

  private void awaitStarts(long jobId, int count, long until) {
    while (starts(jobId) < count && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  private long starts(long jobId) {
    return project.reports().starts().stream().filter(start -> start.jobId() == jobId).count();
  }

  @Test
  void jobThatRunsElsewhereIsLeftAlone() throws SQLException {
    long table = project.newTable("id\n1\n");
    JobMessage message = append(table, "id\n2\n");

    try (Connection elsewhere = project.asWriter()) {
      assertThat(JobLedger.claim(elsewhere, message.jobId()))
          .isInstanceOf(JobLedger.Claim.Ours.class);

      assertThat(project.runner().handle(message)).isInstanceOf(Handling.Busy.class);
    }
    assertThat(project.rows(table)).containsExactly("1");
  }

  @Test
  void whatACrashedAttemptStagedIsReplaced() throws SQLException {
    long table = project.newTable("id,v\n1,a\n", "id");
    for (boolean incremental : new boolean[] {false, true}) {
      LoadTable task = project.load(table, false, incremental, "id,v\n2,b\n");
      long job = WarehouseFixture.nextId();
      leaveBehind(incremental ? "s" : "t", table, job);

      JobOutcome outcome = project.run(project.message(job, task));

      assertThat(outcome.status()).isEqualTo(Status.SUCCESS);
      assertThat(project.rows(table)).containsExactly("2|b");
    }
  }

  @Test
  void lateWorkerLosesAgainstTheFirstRowOfTheLedger() throws SQLException {
    long table = project.newTable("id,v\n1,a\n", "id");
    CatalogueRow before = project.catalogue(table);
    for (boolean incremental : new boolean[] {false, true}) {
      LoadTable task = project.load(table, false, incremental, "id,v\n2,b\n");
      long job = WarehouseFixture.nextId();
      AtomicReference<JobOutcome> given = new AtomicReference<>();
      project
          .objects()
          .whenOpened( // in the middle of the load, somebody gives the job up
              _ -> {
                if (given.get() == null) {
                  given.set(project.run(project.giveUp(job, task)));
                }
              });

      JobOutcome late = project.run(project.message(job, task));

      assertThat(late).isEqualTo(given.get());
      assertThat(Objects.requireNonNull(late.error()).code()).isEqualTo("internalError");
      assertThat(project.catalogue(table)).isEqualTo(before);
      assertThat(project.rows(table)).containsExactly("1|a");
      assertThat(project.relations(table)).hasSize(1);
    }
  }

  @Test
  void givingUpAfterTheEndChangesNothing() {
    long table = project.newTable("id\n1\n");
    LoadTable task = project.load(table, false, false, "id\n2\n");
    long job = WarehouseFixture.nextId();
    JobOutcome end = project.run(project.message(job, task));

    assertThat(project.run(project.giveUp(job, task))).isEqualTo(end);
  }

  @Test
  void storeThatIsAwayLeavesNoTraceAndTheJobCanBeRepeated() throws SQLException {
    long table = project.newTable("id\n1\n");
    JobMessage message = append(table, "id\n2\n");
    project
        .objects()
        .whenOpened(
            _ -> {
              throw new PlatformException(ErrorCode.UNAVAILABLE, "The store is away");
            });

    Handling handling = project.runner().handle(message);
    project.objects().whenOpened(_ -> {});

    assertThat(handling).isInstanceOf(Handling.Failed.class);
    assertThat(project.run(message).status()).isEqualTo(Status.SUCCESS);
    assertThat(project.rows(table)).containsExactly("1", "2");
  }

  @Test
  void credentialOfAnotherJobOpensNothing() {
    long table = project.newTable("id\n1\n");
    JobMessage mine = append(table, "id\n2\n");
    JobMessage stolen =
        new JobMessage(
            mine.jobId() + 1_000_000,
            mine.projectId(),
            1,
            false,
            mine.database(),
            mine.sealedCredential(),
            mine.task(),
            null,
            null);

    assertThat(project.runner().handle(stolen)).isInstanceOf(Handling.Failed.class);
  }

  @Test
  void droppedTablesAreGoneWithAllTheirGenerations() throws SQLException {
    long table = project.newTable("id\n1\n");
    project.run(project.load(table, false, false, "id\n2\n"));
    long sequence = project.catalogue(table).sequence();

    JobOutcome outcome = project.run(new DropTables(List.of(table, 987_654_321L)));
    JobOutcome late = project.run(append(table, "id\n3\n"));

    assertThat(outcome.tables()).hasSize(1);
    assertThat(outcome.tables().getFirst().dropped()).isTrue();
    assertThat(outcome.tables().getFirst().sequence()).isEqualTo(sequence + 1);
    assertThat(project.relations(table)).isEmpty();
    assertThat(Objects.requireNonNull(late.error()).code()).isEqualTo("storage.tables.notFound");
  }

  private JobMessage append(long table, String csv) {
    return project.message(WarehouseFixture.nextId(), project.load(table, false, true, csv));
  }

  private void leaveBehind(String letter, long table, long job) throws SQLException {
    try (Connection writer = project.asWriter();
        Statement statement = writer.createStatement()) {
      statement.execute("CREATE TABLE _penstock.%s%d_%d (c9 text)".formatted(letter, table, job));
    }
  }
}
