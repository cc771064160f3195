package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.TableChange.DeleteRows;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.DataType;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import io.penstock.warehouse.CatalogueRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsDeleteIT extends ProjectTest {
  private static final int ROWS = 10_000;
  private static final String LABEL = "in.c-main.t";

  /** Numbers compare as numbers, texts as texts: "5000" > "10000". */
  @ParameterizedTest
  @CsvSource({
    "EQ, INTEGER, 1",
    "NE, INTEGER, 9999",
    "GT, INTEGER, 5000",
    "GE, INTEGER, 5001",
    "LT, INTEGER, 4999",
    "LE, INTEGER, 5000",
    "EQ,, 1",
    "NE,, 9999",
    "GT,, 5551",
    "GE,, 5552",
    "LT,, 4448",
    "LE,, 4449"
  })
  void tenThousandRowsAreDeletedByEachOperator(
      Operator operator, @Nullable DataType type, long expected) throws SQLException {
    long table = project.newTable(numbers(), "id");
    CatalogueRow before = project.catalogue(table);

    JobOutcome deleted = succeed(delete(table, new Filter("id", operator, List.of("5000"), type)));

    CatalogueRow after = project.catalogue(table);
    assertThat(deleted.deletedRows()).isEqualTo(expected);
    assertThat(after.rows()).isEqualTo(ROWS - expected);
    assertThat(project.rows(table)).hasSize((int) (ROWS - expected));
    assertThat(deleted.tables()).containsExactly(after.state());
    assertThat(after.generation()).isEqualTo(before.generation());
    assertThat(after.lastImport()).isEqualTo(before.lastImport());
    assertThat(after.sequence()).isEqualTo(before.sequence() + 1);
  }

  @Test
  void manyValuesAreOneList() throws SQLException {
    long table = project.newTable(numbers());
    List<String> even =
        IntStream.rangeClosed(1, ROWS / 2).mapToObj(i -> Integer.toString(2 * i)).toList();

    JobOutcome deleted = succeed(delete(table, new Filter("id", Operator.EQ, even, null)));

    assertThat(deleted.deletedRows()).isEqualTo(ROWS / 2);
    assertThat(project.rows(table)).hasSize(ROWS / 2).doesNotContain("2");
  }

  @Test
  void filtersAndTimesAreJoinedByAnd() throws SQLException {
    long table = project.newTable("id,name\n1,a\n2,b\n3,\n");
    Instant first = Objects.requireNonNull(project.catalogue(table).lastImport());
    succeed(project.load(table, false, true, "id,name\n4,a\n5,b\n"));
    Instant second = Objects.requireNonNull(project.catalogue(table).lastImport());
    Filter b = new Filter("name", Operator.EQ, List.of("b"), null);
    Filter empty = new Filter("name", Operator.EQ, List.of(""), null);

    assertThat(deleted(table, List.of(b), null, second)).isEqualTo(1);
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|a", "3|", "4|a", "5|b");
    assertThat(deleted(table, List.of(empty, b), null, null)).isZero();
    assertThat(deleted(table, List.of(empty), null, null)).isEqualTo(1);
    assertThat(deleted(table, List.of(), first, second)).isEqualTo(1);
    assertThat(project.rows(table)).containsExactlyInAnyOrder("4|a", "5|b");
    assertThat(deleted(table, List.of(), second, null)).isEqualTo(2);
    assertThat(project.catalogue(table).rows()).isZero();
    succeed(project.load(table, false, true, "id,name\n6,c\n"));
    assertThat(project.rows(table)).containsExactly("6|c");
  }

  @Test
  void valuesAreNeverPartOfTheStatement() throws SQLException {
    String odd = "x'); DELETE FROM _penstock.catalogue; --%_\\";
    long table = project.newTable("id,name\n1,\"%s\"\n2,b\n".formatted(odd));

    JobOutcome deleted =
        succeed(delete(table, new Filter("name", Operator.EQ, List.of(odd), null)));

    assertThat(deleted.deletedRows()).isEqualTo(1);
    assertThat(project.rows(table)).containsExactly("2|b");
  }

  @Test
  void deletionThatFindsNothingChangesNothing() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow before = project.catalogue(table);

    JobOutcome nothing = succeed(delete(table, new Filter("id", Operator.EQ, List.of("2"), null)));

    assertThat(nothing.deletedRows()).isZero();
    assertThat(nothing.tables()).isEmpty();
    assertThat(project.catalogue(table)).isEqualTo(before);
  }

  @Test
  void withoutAFilterTheTableIsEmptyAndAsItWasOtherwise() throws SQLException {
    long table = project.newTable("id,name\n1,a\n2,b\n", "id");
    CatalogueRow before = project.catalogue(table);

    JobOutcome emptied = succeed(delete(table));

    CatalogueRow after = project.catalogue(table);
    assertThat(emptied.deletedRows()).isEqualTo(2);
    assertThat(emptied.tables()).containsExactly(after.state());
    assertThat(after.generation()).isEqualTo(emptied.jobId());
    assertThat(after.rows()).isZero();
    assertThat(after.columns()).isEqualTo(before.columns());
    assertThat(after.primaryKey()).containsExactly("id");
    assertThat(after.lastImport()).isEqualTo(before.lastImport());
    assertThat(project.rows(table)).isEmpty();
    assertThat(succeed(delete(table)).deletedRows()).isZero();
    assertThat(project.catalogue(table)).as("empty already").isEqualTo(after);
    succeed(project.load(table, false, true, "id,name\n3,c\n3,d\n"));
    assertThat(project.rows(table)).containsExactly("3|d");
  }

  @Test
  @Timeout(60)
  void readersKeepTheirRows() throws SQLException {
    long table = project.newTable("id\n1\n2\n3\n");
    CatalogueRow read = project.catalogue(table);
    try (Connection reader = project.asReader()) {
      reader.setAutoCommit(false);
      try (Statement statement = reader.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        assertThat(count(statement, read)).isEqualTo(3);

        succeed(delete(table, new Filter("id", Operator.EQ, List.of("2"), null)));
        assertThat(project.rows(table)).containsExactly("1", "3");
        succeed(delete(table));
        assertThat(project.rows(table)).isEmpty();

        assertThat(count(statement, read)).isEqualTo(3);
      }
      reader.rollback();
    }
  }

  @Test
  void messageThatComesTwiceDeletesOnce() throws SQLException {
    long table = project.newTable("id\n1\n2\n");
    for (DeleteRows task :
        List.of(delete(table, new Filter("id", Operator.EQ, List.of("1"), null)), delete(table))) {
      JobMessage message = project.message(WarehouseFixture.nextId(), task);
      JobOutcome first = project.run(message);
      CatalogueRow after = project.catalogue(table);

      assertThat(project.run(message)).isEqualTo(first);
      assertThat(first.deletedRows()).isEqualTo(1);
      assertThat(project.catalogue(table)).isEqualTo(after);
    }
  }

  @Test
  void columnOrTableThatHasGoneIsTheJobsError() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow before = project.catalogue(table);
    Filter filter = new Filter("gone", Operator.EQ, List.of("1"), null);

    assertThat(refused(delete(table, filter))).isEqualTo("storage.tables.columnNotExists");
    assertThat(refused(delete(1, filter))).isEqualTo("storage.tables.notFound");
    assertThat(refused(delete(1))).isEqualTo("storage.tables.notFound");
    assertThat(project.catalogue(table)).isEqualTo(before);
  }

  private static String numbers() {
    return IntStream.rangeClosed(1, ROWS)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining("\n", "id\n", "\n"));
  }

  private static DeleteRows delete(long table, Filter... filters) {
    return delete(table, List.of(filters), null, null);
  }

  private static DeleteRows delete(
      long table, List<Filter> filters, @Nullable Instant since, @Nullable Instant until) {
    return new DeleteRows(
        table, LABEL, new TableQuery(List.of(), filters, List.of(), since, until, null, false));
  }

  private static long deleted(
      long table, List<Filter> filters, @Nullable Instant since, @Nullable Instant until) {
    return Objects.requireNonNull(succeed(delete(table, filters, since, until)).deletedRows());
  }

  private static JobOutcome succeed(JobTask task) {
    JobOutcome outcome = project.run(task);
    assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(Status.SUCCESS);
    return outcome;
  }

  private static String refused(JobTask task) {
    return Objects.requireNonNull(project.run(task).error()).code();
  }

  private static long count(Statement statement, CatalogueRow row) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + row.table())) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
