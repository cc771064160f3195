package io.penstock.importer.structure;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.load.GenerationCopy;
import io.penstock.importer.structure.Alteration.Way;
import io.penstock.importer.warehouse.LockPatience;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.TableChange;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * Changes one table's structure: in its current generation where that is to be had, else in a copy
 * of it, which a reader of the current one does not notice.
 */
final class Alterations {
  private final RunningJob job;
  private final TableChange task;
  private final LockPatience patience;
  private final Connection connection;

  Alterations(RunningJob job, TableChange task, LockPatience patience) {
    this.job = job;
    this.task = task;
    this.patience = patience;
    this.connection = job.connection();
  }

  /** Says what is to be done to the table as it is behind the lock, or refuses. */
  @FunctionalInterface
  interface Plan {
    /** Empty: the table is as it should be. */
    Optional<Alteration> of(Connection connection, CatalogueRow row) throws SQLException;
  }

  JobOutcome run(Plan plan) throws SQLException {
    try {
      return patience.call(connection, () -> attempt(plan, false));
    } catch (SQLException e) {
      if (!SqlStates.is(e, SqlStates.LOCK_NOT_AVAILABLE)
          && !SqlStates.is(e, SqlStates.TOO_MANY_COLUMNS)) {
        throw e;
      }
    }
    connection.rollback();
    return attempt(plan, true);
  }

  private JobOutcome attempt(Plan plan, boolean copy) throws SQLException {
    Catalogue.LockedRow locked = LockedTable.require(connection, task);
    Optional<Alteration> asked = plan.of(connection, locked.row());
    if (asked.isEmpty()) {
      return job.settle(job.done(List.of()));
    }
    Alteration alteration = asked.get();
    CatalogueRow target = alteration.target();
    if (alteration.way() == Way.COPY || (copy && alteration.way() == Way.BETWEEN_READERS)) {
      takeTime();
      target =
          new GenerationCopy(locked.row(), target.holding(job.id(), target.rows()))
              .make(connection);
    } else {
      alter(alteration);
    }
    CatalogueRow saved = Catalogue.save(connection, target, locked.now());
    return job.settle(job.done(List.of(saved.state())));
  }

  private void alter(Alteration alteration) throws SQLException {
    if (alteration.way() == Way.BESIDE_READERS) {
      takeTime();
    }
    try (Statement statement = connection.createStatement()) {
      for (String sql : alteration.statements()) {
        statement.execute(sql);
      }
    }
  }

  /** Nobody reads behind what now waits for a lock. */
  private void takeTime() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = 0");
    }
  }
}
