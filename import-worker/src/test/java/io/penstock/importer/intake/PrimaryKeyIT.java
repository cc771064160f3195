package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.TableChange.AddPrimaryKey;
import io.penstock.model.job.JobTask.TableChange.DropPrimaryKey;
import io.penstock.warehouse.CatalogueRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PrimaryKeyIT extends ProjectTest {
  @Test
  void keyIsMadeInItsOrderAndLoadsMergeByIt() throws SQLException {
    long table = project.newTable("id,part,name\n1,x,a\n1,y,b\n2,x,c\n");
    CatalogueRow before = project.catalogue(table);

    JobOutcome made = succeed(add(table, "part", "id"));

    CatalogueRow after = project.catalogue(table);
    assertThat(made.tables()).containsExactly(after.state());
    assertThat(after.primaryKey()).containsExactly("part", "id");
    assertThat(after.generation()).isEqualTo(before.generation());
    assertThat(after.sequence()).isEqualTo(before.sequence() + 1);
    assertThat(after.lastImport()).isEqualTo(before.lastImport());
    succeed(project.load(table, false, true, "id,part,name\n1,y,changed\n3,x,d\n"));
    assertThat(project.rows(table))
        .containsExactlyInAnyOrder("1|x|a", "1|y|changed", "2|x|c", "3|x|d");
    succeed(project.load(table, false, false, "id,part,name\n1,x,old\n1,x,new\n"));
    assertThat(project.rows(table)).containsExactly("1|x|new");
  }

  @Test
  void duplicatesAreRefusedAndTheTableStaysAsItWas() throws SQLException {
    long table = project.newTable("id,name\n1,a\n1,b\n,c\n,d\n");
    CatalogueRow before = project.catalogue(table);

    JobOutcome refused = project.run(add(table, "id"));

    assertThat(Objects.requireNonNull(refused.error()).code())
        .isEqualTo("storage.tables.primaryKeyDuplicateValues");
    assertThat(refused.error().message())
        .isEqualTo("Cannot create new primary key, duplicate values in primary key columns");
    assertThat(project.catalogue(table)).isEqualTo(before);
    assertThat(indexes(before)).isEmpty();
    succeed(add(table, "id", "name"));
  }

  @Test
  void droppedKeyLetsRowsInTwiceHoweverItWasMade() throws SQLException {
    long loaded = project.newTable("id\n1\n", "id");
    long added = project.newTable("id\n1\n");
    succeed(add(added, "id"));
    for (long table : List.of(loaded, added)) {
      JobOutcome dropped = succeed(new DropPrimaryKey(table, "in.c-main.t"));

      assertThat(project.catalogue(table).primaryKey()).isEmpty();
      assertThat(dropped.tables()).containsExactly(project.catalogue(table).state());
      assertThat(indexes(project.catalogue(table))).isEmpty();
      succeed(project.load(table, false, true, "id\n1\n"));
      assertThat(project.rows(table)).containsExactly("1", "1");
    }
  }

  @Test
  void tableWithoutAKeyLosesNoneAndDoesNotChange() throws SQLException {
    long table = project.newTable("id\n1\n");
    CatalogueRow before = project.catalogue(table);

    assertThat(succeed(new DropPrimaryKey(table, "in.c-main.t")).tables()).isEmpty();
    assertThat(project.catalogue(table)).isEqualTo(before);
  }

  @Test
  void keysThatCannotBeAreRefused() {
    long table = project.newTable("id,name\n1,%s\n".formatted("äöüß".repeat(3_000)));
    String code = "storage.validation.primaryKey";
    assertThat(refused(add(table))).isEqualTo(code);
    assertThat(refused(add(table, "nope"))).isEqualTo(code);
    assertThat(refused(add(table, "id", "id"))).isEqualTo(code);
    succeed(add(table, "id"));
    assertThat(refused(add(table, "name"))).isEqualTo("storage.tables.primaryKeyAlreadyExists");
    assertThat(refused(new AddPrimaryKey(1, "in.c-main.x", List.of("id"))))
        .isEqualTo("storage.tables.notFound");
  }

  @Test
  void valueTooLongForAnIndexIsRefused() throws SQLException {
    StringBuilder noise = new StringBuilder();
    new java.util.Random(7).ints(20_000, 'a', 'z').forEach(c -> noise.append((char) c));
    long table = project.newTable("id,name\n1,%s\n".formatted(noise));
    CatalogueRow before = project.catalogue(table);

    assertThat(refused(add(table, "name"))).isEqualTo("storage.validation.primaryKey");
    assertThat(project.catalogue(table)).isEqualTo(before);
  }

  @Test
  @Timeout(60)
  void noKeyWaitsForAReaderAndNoReaderForAKey() throws SQLException {
    long table = project.newTable("id\n1\n2\n");
    CatalogueRow read = project.catalogue(table);
    try (Connection reader = project.asReader()) {
      reader.setAutoCommit(false);
      try (Statement statement = reader.createStatement()) {
        assertThat(count(statement, read)).isEqualTo(2);

        succeed(add(table, "id"));
        assertThat(project.catalogue(table).generation())
            .as("an index is built beside readers")
            .isEqualTo(read.generation());
        JobOutcome dropped = succeed(new DropPrimaryKey(table, "in.c-main.t"));
        assertThat(project.catalogue(table).generation())
            .as("dropping one is not")
            .isEqualTo(dropped.jobId());

        assertThat(count(statement, read)).isEqualTo(2);
      }
      reader.rollback();
    }
    succeed(project.load(table, false, true, "id\n2\n"));
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1", "2", "2");
  }

  @Test
  void messageThatComesTwiceChangesOnce() throws SQLException {
    long table = project.newTable("id\n1\n");
    JobMessage message = project.message(WarehouseFixture.nextId(), add(table, "id"));
    JobOutcome first = project.run(message);
    CatalogueRow after = project.catalogue(table);

    assertThat(project.run(message)).isEqualTo(first);
    assertThat(project.catalogue(table)).isEqualTo(after);
  }

  private static AddPrimaryKey add(long table, String... columns) {
    return new AddPrimaryKey(table, "in.c-main.t", List.of(columns));
  }

  private static JobOutcome succeed(JobTask task) {
    JobOutcome outcome = project.run(task);
    assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(Status.SUCCESS);
    return outcome;
  }

  private static String refused(JobTask task) {
    return Objects.requireNonNull(project.run(task).error()).code();
  }

  private static List<String> indexes(CatalogueRow row) throws SQLException {
    List<String> names = new java.util.ArrayList<>();
    try (Connection writer = project.asWriter();
        Statement statement = writer.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = '%s'::regclass"
                    .formatted(row.table()))) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static long count(Statement statement, CatalogueRow row) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + row.table())) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
