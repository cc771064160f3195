package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask.DropTables;
import io.penstock.model.table.TableQuery;
import io.penstock.warehouse.CatalogueRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reader that never ends, as an export of an hour: no job waits for it, and it sees its rows. */
class OpenReaderIT extends ProjectTest {
  @Test
  @Timeout(60)
  void noLoadAndNoDropWaitsForAnOpenReader() throws SQLException {
    long table = project.newTable("id,name\n1,a\n2,b\n", "id");
    CatalogueRow read = project.catalogue(table);
    try (Connection reader = project.asReader()) {
      reader.setAutoCommit(false);
      try (Statement statement = reader.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        assertThat(count(statement, read)).isEqualTo(2);

        succeed(project.run(project.load(table, false, true, "id,name\n2,changed\n3,c\n")));
        succeed(
            project.run(project.load(table, false, true, "id,name,more\n3,c,m\n4,d,n\n4,e,o\n")));
        assertThat(project.rows(table))
            .containsExactlyInAnyOrder("1|a|", "2|changed|", "3|c|m", "4|e|o");
        assertThat(changedSince(table, read)).containsExactlyInAnyOrder("2", "3", "4");
        succeed(project.run(project.load(table, false, false, "id,name,more\n9,z,y\n")));
        assertThat(project.rows(table)).containsExactly("9|z|y");
        succeed(project.run(new DropTables(List.of(table))));

        assertThat(count(statement, read)).isEqualTo(2);
      }
      reader.rollback();
    }
    project.newTable("id\n1\n"); // any later job of the project
    assertThat(project.relations(table)).isEmpty();
  }

  private static List<String> changedSince(long table, CatalogueRow row) throws SQLException {
    return project.rows(
        table,
        new TableQuery(
            List.of("id"),
            List.of(),
            List.of(),
            java.util.Objects.requireNonNull(row.lastImport()).plusNanos(1000),
            null,
            null,
            false));
  }

  private static void succeed(JobOutcome outcome) {
    assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(Status.SUCCESS);
  }

  private static long count(Statement statement, CatalogueRow row) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + row.table())) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
