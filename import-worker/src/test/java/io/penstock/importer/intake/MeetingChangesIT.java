package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.DropTables;
import io.penstock.model.job.JobTask.TableChange.AddColumn;
import io.penstock.model.job.JobTask.TableChange.AddPrimaryKey;
import io.penstock.model.job.JobTask.TableChange.DeleteRows;
import io.penstock.model.job.JobTask.TableChange.DropColumn;
import io.penstock.model.job.JobTask.TableChange.DropPrimaryKey;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs on one table at once, which the dispatch keeps apart but a lost worker does not. */
class MeetingChangesIT extends ProjectTest {
  private static final String LABEL = "in.c-main.t";

  @Test
  @Timeout(60)
  void jobsThatMeetOnOneTableEndOneAfterTheOther() throws Exception {
    long table = project.newTable("id,name\n1,a\n");

    List<Handling> ends =
        together(
            List.of(
                new AddPrimaryKey(table, LABEL, List.of("id")),
                new AddPrimaryKey(table, LABEL, List.of("name")),
                new AddColumn(table, LABEL, "more"),
                new DropColumn(table, LABEL, "name"),
                rows(table, "2"),
                project.load(table, false, true, "id,name\n2,b\n")));

    assertThat(ends).hasOnlyElementsOfType(Handling.Ended.class);
    CatalogueRow row = project.catalogue(table);
    assertThat(row.primaryKey()).hasSize(1);
    assertThat(row.names()).containsAll(row.primaryKey()).contains("id", "more");
    assertThat(project.rows(table)).hasSize((int) row.rows());
  }

  @Test
  @Timeout(60)
  void changesOfATableThatIsJustDroppedHaveAnEnd() throws Exception {
    long table = project.newTable("id,name\n1,a\n");

    List<Handling> ends =
        together(
            List.of(
                new DropTables(List.of(table)),
                new AddColumn(table, LABEL, "more"),
                new AddPrimaryKey(table, LABEL, List.of("id")),
                new DeleteRows(table, LABEL, TableQuery.everything())));

    assertThat(ends).hasOnlyElementsOfType(Handling.Ended.class);
    project.newTable("id\n1\n"); // any later job of the project
    assertThat(project.relations(table)).isEmpty();
  }

  @Test
  @Timeout(60)
  void workerWhoseJobIsGivenUpMeanwhileChangesNothing() throws Exception {
    long table = project.newTable("id,name\n1,a\n2,b\n");
    long keyed = project.newTable("id,name\n1,a\n2,b\n", "id");
    for (JobTask.TableChange task :
        List.of(
            new AddColumn(table, LABEL, "more"),
            new DropColumn(table, LABEL, "name"),
            new AddPrimaryKey(table, LABEL, List.of("id")),
            new DropPrimaryKey(keyed, LABEL),
            rows(table, "2"),
            new DeleteRows(table, LABEL, TableQuery.everything()))) {
      CatalogueRow before = project.catalogue(task.tableId());
      long job = WarehouseFixture.nextId();

      JobOutcome end = givenUpWhileItWaits(job, task);

      assertThat(end.status()).as("%s", task).isEqualTo(Status.ERROR);
      assertThat(project.catalogue(task.tableId())).isEqualTo(before);
      assertThat(project.rows(task.tableId())).containsExactly("1|a", "2|b");
      assertThat(project.relations(task.tableId())).hasSize(1);
    }
  }

  /** The worker waits for the catalogue's row, which is held until its job has been given up. */
  private static JobOutcome givenUpWhileItWaits(long job, JobTask.TableChange task)
      throws Exception {
    JobMessage message = project.message(job, task);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection holder = project.asWriter()) {
      holder.setAutoCommit(false);
      assertThat(Catalogue.lock(holder, task.tableId())).isPresent();
      Future<Handling> late = threads.submit(() -> project.runner().handle(message));
      awaitWaiting(job);
      JobOutcome end = project.run(project.giveUp(job, task));
      holder.rollback();
      assertThat(late.get()).isInstanceOf(Handling.Ended.class);
      return end;
    }
  }

  private static void awaitWaiting(long job) throws SQLException {
    try (Connection looking = project.asWriter();
        PreparedStatement statement =
            looking.prepareStatement(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = ? AND"
                    + " wait_event_type = 'Lock')")) {
      statement.setString(1, "penstock job " + job);
      boolean waiting = false;
      while (!waiting) {
        try (ResultSet rows = statement.executeQuery()) {
          waiting = rows.next() && rows.getBoolean(1);
        }
      }
    }
  }

  /** Each as often as its message comes, until it has ended. */
  private static List<Handling> together(List<JobTask> tasks) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Handling>> running = new ArrayList<>();
      for (JobTask task : tasks) {
        JobMessage message = project.message(WarehouseFixture.nextId(), task);
        running.add(threads.submit(() -> delivered(message)));
      }
      List<Handling> ends = new ArrayList<>();
      for (Future<Handling> end : running) {
        ends.add(end.get());
      }
      return ends;
    }
  }

  private static Handling delivered(JobMessage message) {
    Handling handling = project.runner().handle(message);
    for (int i = 0; i < 20 && !(handling instanceof Handling.Ended); i++) {
      handling = project.runner().handle(message);
    }
    return handling;
  }

  private static DeleteRows rows(long table, String id) {
    return new DeleteRows(
        table,
        LABEL,
        new TableQuery(
            List.of(),
            List.of(new Filter("id", Operator.EQ, List.of(id), null)),
            List.of(),
            null,
            null,
            null,
            false));
  }
}
