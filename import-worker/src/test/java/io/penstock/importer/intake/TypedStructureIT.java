package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.DefineTable;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.model.job.JobTask.TableChange.AddColumn;
import io.penstock.model.job.JobTask.TableChange.AddPrimaryKey;
import io.penstock.model.job.JobTask.TableChange.DeleteRows;
import io.penstock.model.job.JobTask.TableChange.DropColumn;
import io.penstock.model.job.JobTask.TableChange.DropPrimaryKey;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import io.penstock.warehouse.CatalogueRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changes of typed tables. */
class TypedStructureIT extends ProjectTest {
  private static final String LABEL = "in.c-main.typed";
  private static final ColumnType INTEGER = new ColumnType(BaseType.INTEGER, null, true, null);
  private static final ColumnType STRING = new ColumnType(BaseType.STRING, null, true, null);

  @Test
  void addedColumnIsNullOrItsDefaultInEveryRow() throws SQLException {
    long table = typed("id,name\n1,a\n");
    var price = new ColumnType(BaseType.NUMERIC, "10,2", false, "1.5");

    succeed(new AddColumn(table, LABEL, "age", INTEGER));
    JobOutcome added = succeed(new AddColumn(table, LABEL, "price", price));

    CatalogueRow row = project.catalogue(table);
    assertThat(row.types()).containsExactly(INTEGER, STRING, INTEGER, price);
    assertThat(added.tables()).containsExactly(row.state());
    assertThat(project.rows(table)).containsExactly("1|a|null|1.50");
    succeed(project.load(table, false, true, "id,name,age,price\n2,b,7,2\n"));
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|a|null|1.50", "2|b|7|2.00");
  }

  @Test
  void columnsThatTheRowsCannotHaveAreRefused() throws SQLException {
    long table = typed("id,name\n1,a\n");
    CatalogueRow before = project.catalogue(table);

    assertThat(error(new AddColumn(table, LABEL, "x")).message()).contains("typed");
    assertThat(error(new AddColumn(table, LABEL, "x", INTEGER.notNull())).message())
        .contains("has rows");
    var wrong = new ColumnType(BaseType.DATE, null, true, "soon");
    assertThat(error(new AddColumn(table, LABEL, "x", wrong)).message()).contains("not a DATE");
    assertThat(project.catalogue(table)).isEqualTo(before);
  }

  @Test
  void untypedTableTakesNoNoticeOfTypes() throws SQLException {
    long table = project.newTable("id\n1\n");

    succeed(new AddColumn(table, LABEL, "x", INTEGER));

    assertThat(project.catalogue(table).isTyped()).isFalse();
    assertThat(project.rows(table)).containsExactly("1|");
  }

  @Test
  @Timeout(60)
  void droppedColumnAsksForNothingOfRowsToCome() throws SQLException {
    long table = WarehouseFixture.nextId();
    succeed(
        new DefineTable(
            table,
            LABEL,
            List.of(new DefinedColumn("id", INTEGER), new DefinedColumn("x", INTEGER.notNull())),
            List.of()));
    succeed(project.load(table, false, true, "id,x\n1,1\n"));
    CatalogueRow read = project.catalogue(table);
    succeed(new DropColumn(table, LABEL, "x"));
    assertThat(project.catalogue(table).generation()).isEqualTo(read.generation());
    succeed(project.load(table, false, true, "id\n2\n"));
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1", "2");

    succeed(new AddColumn(table, LABEL, "y", new ColumnType(BaseType.DATE, null, true, null)));
    try (Connection reader = project.asReader();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SELECT FROM " + project.catalogue(table).table());
      succeed(new DropColumn(table, LABEL, "y"));
    }
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  void keyOfColumnsThatMayBeNullMakesThemNotNull() throws SQLException {
    long table = typed("id,name\n1,a\n2,a\n");
    CatalogueRow before = project.catalogue(table);

    JobOutcome made = succeed(new AddPrimaryKey(table, LABEL, List.of("name", "id")));

    CatalogueRow row = project.catalogue(table);
    assertThat(row.primaryKey()).containsExactly("name", "id");
    assertThat(row.types()).containsExactly(INTEGER.notNull(), STRING.notNull());
    assertThat(row.lastImport()).isEqualTo(before.lastImport());
    assertThat(row.generation()).isEqualTo(made.jobId());
    assertThat(nullable(row)).isZero();
    succeed(project.load(table, false, true, "id,name\n2,a\n3,b\n"));
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|a", "2|a", "3|b");

    succeed(new DropPrimaryKey(table, LABEL));
    succeed(new AddPrimaryKey(table, LABEL, List.of("id")));
    assertThat(project.catalogue(table).generation())
        .as("not NULL already: an index is enough")
        .isEqualTo(row.generation());
  }

  @Test
  void nullsAndDuplicatesStandAgainstAKey() throws SQLException {
    long table = typed("id,name\n1,\n1,b\n");
    CatalogueRow before = project.catalogue(table);
    List<String> there = project.relations(table);

    assertThat(error(new AddPrimaryKey(table, LABEL, List.of("name"))).code())
        .isEqualTo("storage.validation.primaryKey");
    assertThat(error(new AddPrimaryKey(table, LABEL, List.of("id"))).code())
        .isEqualTo("storage.tables.primaryKeyDuplicateValues");
    assertThat(project.catalogue(table)).isEqualTo(before);
    assertThat(project.relations(table)).isEqualTo(there);
  }

  @Test
  void rowsOfTypedColumnsAreDeletedByTheirText() throws SQLException {
    long table = typed("id,name\n1,a\n2,\n3,c\n");

    JobOutcome deleted =
        succeed(
            new DeleteRows(
                table,
                LABEL,
                new TableQuery(
                    List.of(),
                    List.of(new Filter("name", Operator.EQ, List.of("", "c"), null)),
                    List.of(),
                    null,
                    null,
                    null,
                    false)));

    assertThat(deleted.deletedRows()).isEqualTo(2);
    assertThat(project.rows(table)).containsExactly("1|a");
    succeed(new DeleteRows(table, LABEL, TableQuery.everything()));
    assertThat(project.catalogue(table).types()).containsExactly(INTEGER, STRING);
    assertThat(project.rows(table)).isEmpty();
  }

  private static long typed(String csv) {
    long table = WarehouseFixture.nextId();
    succeed(
        new DefineTable(
            table,
            LABEL,
            List.of(new DefinedColumn("id", INTEGER), new DefinedColumn("name", STRING)),
            List.of()));
    succeed(project.load(table, false, false, csv));
    return table;
  }

  private static long nullable(CatalogueRow row) throws SQLException {
    try (Connection writer = project.asWriter();
        Statement statement = writer.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_attribute WHERE attrelid = '%s'::regclass AND attnum > 0 AND NOT attnotnull"
                    .formatted(row.table()))) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static JobOutcome succeed(JobTask task) {
    JobOutcome outcome = project.run(task);
    assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(Status.SUCCESS);
    return outcome;
  }

  private static JobError error(JobTask task) {
    return Objects.requireNonNull(project.run(task).error());
  }
}
