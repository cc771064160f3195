package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.importer.sweep.Sweeper;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.DropTables;
import io.penstock.model.job.JobTask.UndoImport;
import io.penstock.model.table.TableQuery;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.RetiredGeneration;
import io.penstock.warehouse.RetiredGenerations;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndoIT {
  private static final Duration NO_TIME = Duration.ofMillis(-1);

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
  void rowsFromBeforeTheLoadAreBackAndTheBadOnesAreGone() throws SQLException {
    long table = project.newTable("id,name\n1,a\n2,b\n", "id");
    CatalogueRow before = project.catalogue(table);
    CatalogueRow bad = fullLoad(table, "id,name\n9,bad\n");

    JobOutcome undone = project.run(undo(table, bad.generation()));

    CatalogueRow after = project.catalogue(table);
    assertThat(undone.status()).isEqualTo(Status.SUCCESS);
    assertThat(undone.tables()).containsExactly(after.state());
    assertThat(project.rows(table)).containsExactly("1|a", "2|b");
    assertThat(after.generation()).isEqualTo(before.generation());
    assertThat(after.rows()).isEqualTo(2);
    assertThat(after.columns()).isEqualTo(before.columns());
    assertThat(after.primaryKey()).containsExactly("id");
    assertThat(after.sequence()).isEqualTo(bad.sequence() + 1);
    assertThat(project.relations(table)).containsExactly(generation(table, before.generation()));
  }

  @Test
  void whoeverAsksForChangesSinceTheBadLoadGetsAllRows() throws SQLException {
    long table = project.newTable("id,name\n1,a\n", "id");
    project.run(project.load(table, false, true, "id,name\n2,b\n"));
    CatalogueRow bad = fullLoad(table, "id,name\n9,bad\n");

    project.run(undo(table, bad.generation()));

    Instant undone = Objects.requireNonNull(project.catalogue(table).lastImport());
    assertThat(undone).isAfter(Objects.requireNonNull(bad.lastImport()));
    assertThat(project.rows(table, since(bad.lastImport()))).containsExactly("1|a", "2|b");
    assertThat(project.rows(table, since(undone))).containsExactly("1|a", "2|b");
    assertThat(project.rows(table, since(undone.plusMillis(1)))).isEmpty();
  }

  @Test
  void columnsThatTheBadLoadAddedAreGoneAndTheTableLoadsOn() throws SQLException {
    long table = project.newTable("id\n1\n", "id");
    CatalogueRow bad = fullLoad(table, "id,extra\n9,x\n");

    project.run(undo(table, bad.generation()));

    assertThat(project.catalogue(table).names()).containsExactly("id");
    assertThat(project.catalogue(table).nextColumn()).isEqualTo(bad.nextColumn());
    project.run(project.load(table, false, true, "id,other\n2,y\n"));
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|", "2|y");
    CatalogueRow next = fullLoad(table, "id,other\n3,z\n");
    project.run(undo(table, next.generation()));
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|", "2|y");
  }

  @Test
  void secondUndoIsRefusedAndChangesNothing() throws SQLException {
    long table = project.newTable("id\n1\n");
    fullLoad(table, "id\n2\n");
    CatalogueRow bad = fullLoad(table, "id\n3\n");
    JobOutcome first = project.run(undo(table, bad.generation()));
    CatalogueRow after = project.catalogue(table);

    assertThat(refusal(project.run(undo(table, bad.generation()))).message())
        .contains("no longer the last change", "changed by job " + first.jobId());
    assertThat(refusal(project.run(undo(table, after.generation()))).message())
        .as("what the load before it had replaced went with the bad one")
        .contains("replaced no rows");
    assertThat(project.catalogue(table)).isEqualTo(after);
    assertThat(project.rows(table)).containsExactly("2");
  }

  @Test
  void messageThatComesTwiceUndoesOnce() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow bad = fullLoad(table, "id\n2\n");
    JobMessage message = project.message(WarehouseFixture.nextId(), undo(table, bad.generation()));

    JobOutcome first = project.run(message);
    CatalogueRow after = project.catalogue(table);

    assertThat(project.run(message)).isEqualTo(first);
    assertThat(project.catalogue(table)).isEqualTo(after);
  }

  @Test
  void anyLaterChangeForbidsTheUndoAndIsNamed() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow bad = fullLoad(table, "id\n2\n");
    JobOutcome later = project.run(project.load(table, false, true, "id\n3\n"));
    CatalogueRow row = project.catalogue(table);

    JobError refused = refusal(project.run(undo(table, bad.generation())));

    assertThat(refused.message()).contains("changed by job " + later.jobId());
    assertThat(refused.contextParams().toString()).contains(Long.toString(later.jobId()));
    assertThat(project.catalogue(table)).isEqualTo(row);
  }

  @Test
  void creationHasNothingToGoBackTo() throws SQLException {
    long table = project.newTable("id\n1\n");

    assertThat(refusal(project.run(undo(table, project.catalogue(table).generation()))).message())
        .contains("replaced no rows");
    assertThat(project.rows(table)).containsExactly("1");
  }

  @Test
  void previousRowsGoWhenTheirTimeIsOverWithAnyJobOfTheProject() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow bad = fullLoad(table, "id\n2\n");
    long other = project.newTable("id\n1\n");
    assertThat(project.relations(table)).hasSize(2);

    JobTask elsewhere = project.load(other, false, true, "id\n2\n");
    project.runner(NO_TIME).handle(project.message(WarehouseFixture.nextId(), elsewhere));

    assertThat(project.relations(table)).containsExactly(generation(table, bad.generation()));
    assertThat(refusal(project.run(undo(table, bad.generation()))).message())
        .contains("were removed at");
    assertThat(project.rows(table)).containsExactly("2");
  }

  @Test
  void timeCountsEvenWhereNobodyHasSweptYet() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow bad = fullLoad(table, "id\n2\n");

    JobMessage message = project.message(WarehouseFixture.nextId(), undo(table, bad.generation()));
    project.runner(NO_TIME).handle(message);

    assertThat(refusal(project.reports().ends().getLast()).message()).contains("were removed at");
    assertThat(project.rows(table)).containsExactly("2");
  }

  @Test
  void readerOfTheRowsFromBeforeMakesTheUndoComeBackLater() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow before = project.catalogue(table);
    CatalogueRow bad = fullLoad(table, "id\n2\n");
    JobMessage message = project.message(WarehouseFixture.nextId(), undo(table, bad.generation()));

    try (Connection reader = project.asReader();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("SELECT * FROM " + before.table()).close();

      assertThat(project.runner().handle(message)).isInstanceOf(Handling.Failed.class);
      assertThat(project.rows(table)).containsExactly("2");
    }
    assertThat(project.run(message).status()).isEqualTo(Status.SUCCESS);
    assertThat(project.rows(table)).containsExactly("1");
  }

  @Test
  void projectFromBeforeThereWasUndoLearnsItWithItsNextJob() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow old = fullLoad(table, "id\n2\n");
    execute("DROP TABLE _penstock.retired");

    assertThat(refusal(project.run(undo(table, old.generation()))).message())
        .contains("replaced no rows");
    CatalogueRow bad = fullLoad(table, "id\n3\n");
    project.run(undo(table, bad.generation()));
    assertThat(project.rows(table)).containsExactly("2");
  }

  @Test
  void sweeperLeavesAloneWhatAnUndoIsJustBringingBack() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow bad = fullLoad(table, "id\n2\n");

    try (Connection undoing = project.asWriter();
        Connection sweeping = project.asWriter()) {
      undoing.setAutoCommit(false);
      sweeping.setAutoCommit(false);
      Catalogue.LockedRow locked = Catalogue.lock(undoing, table).orElseThrow();
      RetiredGeneration previous =
          RetiredGenerations.replacedBy(undoing, table, bad.generation(), Duration.ofHours(1))
              .orElseThrow();
      RetiredGenerations.restore(undoing, previous, locked.now());

      assertThat(new Sweeper(NO_TIME).sweep(sweeping, table)).isEmpty();
      undoing.commit();
    }
    assertThat(project.rows(table)).containsExactly("1");
  }

  @Test
  void removedTableLeavesNothingBehind() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow bad = fullLoad(table, "id\n2\n");

    project.run(new DropTables(List.of(table)));

    JobError error = Objects.requireNonNull(project.run(undo(table, bad.generation())).error());
    assertThat(error.code()).isEqualTo("storage.tables.notFound");
    assertThat(retired(table)).isZero();
  }

  @Test
  void onlyTheLatestOfManyReplacedGenerationsIsRemembered() throws SQLException {
    long table = project.newTable("id\n1\n");
    for (int i = 0; i < 5; i++) {
      fullLoad(table, "id\n" + i + "\n");
    }

    assertThat(retired(table)).isEqualTo(1);
    assertThat(project.relations(table)).hasSize(2);
  }

  @Test
  void columnThatAliasesNameDoesNotGo() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow bad = fullLoad(table, "id,more\n2,x\n");
    var undo =
        new UndoImport(table, "in.c-main.t" + table, bad.generation(), List.of("id", "more"));

    JobOutcome outcome = project.run(undo);

    JobError error = Objects.requireNonNull(outcome.error());
    assertThat(error.code()).isEqualTo("storage.tables.cannotDeleteReferencedColumn");
    assertThat(error.message()).contains("\"more\"");
    assertThat(project.rows(table)).containsExactly("2|x");
    assertThat(project.run(undo(table, bad.generation())).status()).isEqualTo(Status.SUCCESS);
    assertThat(project.rows(table)).containsExactly("1");
  }

  private CatalogueRow fullLoad(long table, String csv) throws SQLException {
    JobOutcome outcome = project.run(project.load(table, false, false, csv));
    assertThat(outcome.status()).as(String.valueOf(outcome.error())).isEqualTo(Status.SUCCESS);
    return project.catalogue(table);
  }

  private static UndoImport undo(long table, long load) {
    return new UndoImport(table, "in.c-main.t" + table, load);
  }

  private static JobError refusal(JobOutcome outcome) {
    JobError error = Objects.requireNonNull(outcome.error(), "refused");
    assertThat(error.code()).as(error.message()).isEqualTo("storage.tables.importNotUndoable");
    return error;
  }

  private static TableQuery since(@Nullable Instant time) {
    return new TableQuery(List.of(), List.of(), List.of(), time, null, null, false);
  }

  private static String generation(long table, long generation) {
    return "t" + table + "_" + generation;
  }

  private int retired(long table) throws SQLException {
    try (Connection writer = project.asWriter();
        Statement statement = writer.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM _penstock.retired WHERE table_id = " + table)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection writer = project.asWriter();
        Statement statement = writer.createStatement()) {
      statement.execute(sql);
    }
  }
}
