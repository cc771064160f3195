package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.DropTables;
import io.penstock.model.job.JobTask.TableChange.AddColumn;
import io.penstock.model.job.JobTask.TableChange.DropColumn;
import io.penstock.model.job.JobTask.TableChange.Optimise;
import io.penstock.model.job.JobTask.UndoImport;
import io.penstock.model.table.TableQuery;
import io.penstock.warehouse.CatalogueRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ColumnsIT extends ProjectTest {
  @Test
  void addedColumnIsTheLastAndEmptyInEveryRow() throws SQLException {
    long table = project.newTable("id,name\n1,a\n2,b\n", "id");
    CatalogueRow before = project.catalogue(table);

    JobOutcome added = succeed(add(table, "more"));

    CatalogueRow after = project.catalogue(table);
    assertThat(added.tables()).containsExactly(after.state());
    assertThat(after.names()).containsExactly("id", "name", "more");
    assertThat(after.sequence()).isEqualTo(before.sequence() + 1);
    assertThat(after.generation()).isEqualTo(before.generation());
    assertThat(after.lastImport()).isEqualTo(before.lastImport());
    assertThat(after.rows()).isEqualTo(2);
    assertThat(project.rows(table)).containsExactly("1|a|", "2|b|");
    assertThat(changedSinceLoad(table, before)).as("no row has changed").isEmpty();
    succeed(project.load(table, false, true, "id,name,more\n2,b,m\n3,c,n\n"));
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|a|", "2|b|m", "3|c|n");
  }

  @Test
  void droppedColumnIsGoneForReadersAndLoadsAndItsValuesNeverComeBack() throws SQLException {
    long table = project.newTable("id,secret,name\n1,s,a\n", "id");
    CatalogueRow before = project.catalogue(table);

    succeed(drop(table, "secret"));

    CatalogueRow after = project.catalogue(table);
    assertThat(after.names()).containsExactly("id", "name");
    assertThat(after.generation()).isEqualTo(before.generation());
    assertThat(after.nextColumn()).isEqualTo(before.nextColumn());
    assertThat(project.rows(table)).containsExactly("1|a");
    succeed(project.load(table, false, true, "id,name\n2,b\n"));
    succeed(add(table, "secret"));
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|a|", "2|b|");
    succeed(project.load(table, false, false, "id,name,secret\n9,z,t\n"));
    assertThat(project.rows(table)).containsExactly("9|z|t");
  }

  @Test
  void optimisingTakesTheValuesOfDroppedColumnsOffTheDisk() throws SQLException {
    long table = project.newTable("id,secret\n1,s\n", "id");
    succeed(drop(table, "secret"));
    CatalogueRow before = project.catalogue(table);
    assertThat(physical(before)).containsExactly("c1", "c2", "_timestamp");

    JobOutcome written = succeed(new Optimise(table, "in.c-main.t"));

    CatalogueRow after = project.catalogue(table);
    assertThat(physical(after)).containsExactly("c1", "_timestamp");
    assertThat(after.generation()).isEqualTo(written.jobId());
    assertThat(after.lastImport()).isEqualTo(before.lastImport());
    assertThat(project.rows(table)).containsExactly("1");
    assertThat(changedSinceLoad(table, before)).isEmpty();

    JobOutcome vacuumed = succeed(new Optimise(table, "in.c-main.t"));

    assertThat(vacuumed.tables()).isEmpty();
    assertThat(project.catalogue(table)).as("nothing left to write anew").isEqualTo(after);
    assertThat(vacuums(after)).isEqualTo(1);
  }

  @Test
  @Timeout(60)
  void noChangeWaitsForAReaderThatNeverEnds() throws SQLException {
    long table = project.newTable("id,name\n1,a\n", "id");
    CatalogueRow read = project.catalogue(table);
    try (Connection reader = project.asReader()) {
      reader.setAutoCommit(false);
      try (Statement statement = reader.createStatement()) {
        assertThat(count(statement, read.table())).isEqualTo(1);

        succeed(drop(table, "name"));
        assertThat(project.catalogue(table).generation()).isEqualTo(read.generation());
        JobOutcome added = succeed(add(table, "more"));
        assertThat(project.catalogue(table).generation()).isEqualTo(added.jobId());
        succeed(new Optimise(table, "in.c-main.t"));

        assertThat(count(statement, read.table())).isEqualTo(1);
      }
      reader.rollback();
    }
    assertThat(project.rows(table)).containsExactly("1|");
    assertThat(changedSinceLoad(table, read)).isEmpty();
    succeed(project.load(table, false, true, "id,more\n1,m\n2,n\n"));
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|m", "2|n");
  }

  @Test
  void columnsComeAndGoMoreOftenThanPostgresqlHasPlaces() throws SQLException {
    long table = project.newTable("id\n1\n", "id");
    useUpAllPlaces(table);

    succeed(add(table, "more"));

    assertThat(project.rows(table)).containsExactly("1|");
    assertThat(physical(project.catalogue(table))).containsExactly("c1", "c1600", "_timestamp");
    long loaded = project.newTable("id\n1\n", "id");
    useUpAllPlaces(loaded);
    succeed(project.load(loaded, false, true, "id,more\n1,m\n2,n\n"));
    assertThat(project.rows(loaded)).containsExactlyInAnyOrder("1|m", "2|n");
  }

  /** As if columns had been added and dropped all the time. */
  private static void useUpAllPlaces(long table) throws SQLException {
    try (Connection writer = project.asWriter();
        Statement statement = writer.createStatement()) {
      String columns =
          IntStream.range(2, 1600)
              .mapToObj(i -> "ADD COLUMN c%d text NOT NULL DEFAULT ''".formatted(i))
              .collect(Collectors.joining(", "));
      statement.execute("ALTER TABLE %s %s".formatted(project.catalogue(table).table(), columns));
      statement.execute(
          "UPDATE _penstock.catalogue SET next_column = 1600 WHERE table_id = " + table);
    }
  }

  @Test
  void whatStandsAgainstAColumnIsTheJobsErrorAndChangesNothing() throws SQLException {
    long table = project.newTable("id,name\n1,a\n", "id");
    CatalogueRow before = project.catalogue(table);

    assertThat(refused(add(table, "NAME"))).isEqualTo("storage.tables.columnAlreadyExists");
    assertThat(refused(drop(table, "nope"))).isEqualTo("storage.tables.columnNotExists");
    assertThat(refused(drop(table, "Name"))).isEqualTo("storage.tables.columnNotExists");
    assertThat(refused(drop(table, "id"))).isEqualTo("storage.tables.cannotDeletePrimaryKeyColumn");
    assertThat(project.catalogue(table)).isEqualTo(before);

    long single = project.newTable("id\n1\n");
    assertThat(refused(drop(single, "id"))).isEqualTo("storage.tables.validation");
    long wide = project.newTable("c" + String.join(",c", numbers(500)) + "\n");
    assertThat(refused(add(wide, "more"))).isEqualTo("storage.tables.validation.tooManyColumns");
  }

  @Test
  void tableThatWasDroppedMeanwhileIsNotFound() {
    long table = project.newTable("id,name\n1,a\n");
    succeed(new DropTables(List.of(table)));

    assertThat(refused(add(table, "more"))).isEqualTo("storage.tables.notFound");
    assertThat(refused(drop(table, "name"))).isEqualTo("storage.tables.notFound");
    assertThat(refused(new Optimise(table, "in.c-main.t"))).isEqualTo("storage.tables.notFound");
  }

  @Test
  void messageThatComesTwiceChangesOnce() throws SQLException {
    long table = project.newTable("id\n1\n");
    JobMessage message = project.message(WarehouseFixture.nextId(), add(table, "more"));
    JobOutcome first = project.run(message);
    CatalogueRow after = project.catalogue(table);

    assertThat(project.run(message)).isEqualTo(first);
    assertThat(project.catalogue(table)).isEqualTo(after);
  }

  @Test
  void workerThatComesTooLateChangesNothing() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow before = project.catalogue(table);
    long job = WarehouseFixture.nextId();
    project.run(project.giveUp(job, add(table, "more")));

    JobOutcome late = project.run(project.message(job, add(table, "more")));

    assertThat(late.status()).isEqualTo(Status.ERROR);
    assertThat(project.catalogue(table)).isEqualTo(before);
    assertThat(physical(before)).containsExactly("c1", "_timestamp");
  }

  @Test
  void changeStandsAgainstUndoingTheLoadBeforeIt() throws SQLException {
    long table = project.newTable("id\n1\n");
    JobOutcome load = succeed(project.load(table, false, false, "id\n2\n"));
    JobOutcome change = succeed(add(table, "more"));

    JobOutcome undo = project.run(new UndoImport(table, "in.c-main.t", load.jobId()));

    assertThat(Objects.requireNonNull(undo.error()).message())
        .contains("no longer the last change", "job " + change.jobId());
    assertThat(project.rows(table)).containsExactly("2|");
  }

  private static AddColumn add(long table, String name) {
    return new AddColumn(table, "in.c-main.t", name);
  }

  private static DropColumn drop(long table, String name) {
    return new DropColumn(table, "in.c-main.t", name);
  }

  private static JobOutcome succeed(JobTask task) {
    JobOutcome outcome = project.run(task);
    assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(Status.SUCCESS);
    return outcome;
  }

  private static String refused(JobTask task) {
    return Objects.requireNonNull(project.run(task).error()).code();
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private static List<String> changedSinceLoad(long table, CatalogueRow row) throws SQLException {
    return project.rows(
        table,
        new TableQuery(
            List.of(),
            List.of(),
            List.of(),
            Objects.requireNonNull(row.lastImport()).plusNanos(1000),
            null,
            null,
            false));
  }

  private static List<String> physical(CatalogueRow row) throws SQLException {
    List<String> names = new java.util.ArrayList<>();
    try (Connection writer = project.asWriter();
        Statement statement = writer.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT attname FROM pg_attribute WHERE attrelid = '%s'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
                    .formatted(row.table()))) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static long vacuums(CatalogueRow row) throws SQLException {
    try (Connection writer = project.asWriter();
        Statement statement = writer.createStatement()) {
      return number(
          statement,
          "SELECT vacuum_count FROM pg_stat_user_tables WHERE relid = '%s'::regclass"
              .formatted(row.table()));
    }
  }

  private static long count(Statement statement, String table) throws SQLException {
    return number(statement, "SELECT count(*) FROM " + table);
  }

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
