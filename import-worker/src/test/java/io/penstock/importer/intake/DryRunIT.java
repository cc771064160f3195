package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.DryRunReport;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask.CheckLoad;
import io.penstock.model.job.JobTask.LoadRules;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.table.TableQuery;
import io.penstock.warehouse.CatalogueRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DryRunIT extends ProjectTest {
  private static final String ROWS = "id,name\n1,a\n2,b\n3,c\n";

  /** Everything of the table that a load could change. */
  private record State(CatalogueRow row, List<String> relations, List<String> rows) {
    static State of(long table) throws SQLException {
      List<String> rows = new ArrayList<>(project.rows(table, withTimestamp()));
      rows.sort(null);
      return new State(project.catalogue(table), everyRelation(), rows);
    }

    private static TableQuery withTimestamp() {
      return new TableQuery(List.of(), List.of(), List.of(), null, null, null, true);
    }

    private static List<String> everyRelation() throws SQLException {
      List<String> names = new ArrayList<>();
      try (Connection writer = project.asWriter();
          Statement statement = writer.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  """
                  SELECT c.relname || ' ' || c.relfilenode || ' ' || coalesce(string_agg(a.attname, ',' ORDER BY a.attnum), '')
                  FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
                  WHERE c.relnamespace = '_penstock'::regnamespace GROUP BY c.oid ORDER BY 1\
                  """)) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      return names;
    }
  }

  private static DryRunReport check(LoadTable load) throws SQLException {
    State before = State.of(load.tableId());

    JobOutcome outcome = project.run(new CheckLoad(load));

    assertThat(outcome.status()).isEqualTo(Status.SUCCESS);
    assertThat(outcome.load()).isNull();
    assertThat(outcome.tables()).isEmpty();
    assertThat(State.of(load.tableId())).isEqualTo(before);
    return Objects.requireNonNull(outcome.dryRun());
  }

  @Test
  void incrementalLoadIsToldAsItThenHappens() throws SQLException {
    long table = project.newTable(ROWS, "id");
    LoadTable load =
        project.load(table, false, true, "id,name,extra\n1,a,\n2,B,\n3,c,new\n4,d,\n4,e,\n");

    DryRunReport told = check(load);
    var done = Objects.requireNonNull(project.run(load).load());

    assertThat(told.rowsRead()).isEqualTo(5).isEqualTo(done.recordsRead());
    assertThat(told.rowsInserted()).isEqualTo(1).isEqualTo(done.rowsInserted());
    assertThat(told.rowsUpdated()).isEqualTo(2).isEqualTo(done.rowsUpdated());
    assertThat(told.rowsUnchanged()).isEqualTo(1);
    assertThat(told.rowsSuperseded()).isEqualTo(1);
    assertThat(told.rowsRemoved()).isZero();
    assertThat(told.rowsBefore()).isEqualTo(3).isEqualTo(done.rowsBefore());
    assertThat(told.rowsAfter()).isEqualTo(4).isEqualTo(done.rowsAfter());
    assertThat(told.addedColumns()).containsExactly("extra");
    assertThat(told.columns()).containsExactly("id", "name", "extra");
    assertThat(told.refusal()).isNull();
  }

  @Test
  void fullLoadTellsWhatItWouldRemove() throws SQLException {
    long table = project.newTable(ROWS, "id");

    DryRunReport told = check(project.load(table, false, false, "id,name\n3,x\n2,b\n9,z\n"));

    assertThat(told.rowsInserted()).isEqualTo(1);
    assertThat(told.rowsUpdated()).isEqualTo(1);
    assertThat(told.rowsUnchanged()).isEqualTo(1);
    assertThat(told.rowsRemoved()).isEqualTo(1);
    assertThat(told.rowsAfter()).isEqualTo(3);
  }

  @Test
  void withoutAKeyRowsAreOnlyAddedAndRemoved() throws SQLException {
    long table = project.newTable(ROWS);

    DryRunReport appended = check(project.load(table, false, true, ROWS));
    DryRunReport replaced = check(project.load(table, false, false, "id,name\n1,a\n"));

    assertThat(appended.rowsInserted()).isEqualTo(3);
    assertThat(appended.rowsRemoved()).isZero();
    assertThat(appended.rowsAfter()).isEqualTo(6);
    assertThat(replaced.rowsInserted()).isEqualTo(1);
    assertThat(replaced.rowsRemoved()).isEqualTo(3);
    assertThat(replaced.rowsAfter()).isEqualTo(1);
  }

  @Test
  void refusalNamesTheProblemsOfTheLoadItself() throws SQLException {
    long table = project.newTable(ROWS, "id");
    LoadTable faulty = project.load(table, false, true, "id,name\n4,x\n5,y,z\n6,\"a\"b\n");
    LoadTable lacking = project.load(table, false, false, "name\nx\n");

    JobError told = Objects.requireNonNull(check(faulty).refusal());
    JobError done = Objects.requireNonNull(project.run(faulty).error());
    DryRunReport missing = check(lacking);

    assertThat(told.code()).isEqualTo(done.code()).isEqualTo("invalidCsv");
    assertThat(told.message()).isEqualTo(done.message());
    assertThat(told.contextParams()).isEqualTo(done.contextParams()).containsKey("problems");
    assertThat(missing.missingColumns()).containsExactly("id");
    assertThat(Objects.requireNonNull(missing.refusal()).code())
        .isEqualTo("csvImport.columnsNotMatch");
  }

  @Test
  void knownKeyIsRefusedWhereRowsAreOnlyInserted() throws SQLException {
    long table = project.newTable(ROWS, "id");
    LoadRules insertOnly = new LoadRules(false, true);

    DryRunReport clashing =
        check(with(project.load(table, false, true, "id,name\n1,a\n"), insertOnly));
    DryRunReport twice =
        check(with(project.load(table, false, true, "id,name\n7,a\n7,a\n"), insertOnly));
    DryRunReport fresh =
        check(with(project.load(table, false, true, "id,name\n7,a\n"), insertOnly));

    assertThat(Objects.requireNonNull(clashing.refusal()).code())
        .isEqualTo("storage.tables.primaryKeyDuplicateValues");
    assertThat(twice.refusal()).isNotNull();
    assertThat(fresh.refusal()).isNull();
  }

  @Test
  void readersAndWritersOfTheTableGoOnMeanwhile() throws SQLException {
    long table = project.newTable(ROWS, "id");
    try (Connection reader = project.asReader();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("SELECT * FROM " + project.catalogue(table).table()).close();

      assertThat(check(project.load(table, false, false, "id,name\n1,a\n")).rowsAfter())
          .isEqualTo(1);
    }
  }

  @Test
  void secondDeliveryTellsTheSame() throws SQLException {
    long table = project.newTable(ROWS, "id");
    CheckLoad task = new CheckLoad(project.load(table, false, true, "id,name\n9,x\n"));
    long job = WarehouseFixture.nextId();

    JobOutcome first = project.run(project.message(job, task));

    assertThat(project.run(project.message(job, task))).isEqualTo(first);
  }

  private static LoadTable with(LoadTable load, LoadRules rules) {
    return new LoadTable(
        load.tableId(),
        load.label(),
        load.create(),
        load.primaryKey(),
        load.incremental(),
        load.source(),
        load.csv(),
        rules);
  }
}
