package io.penstock.importer.structure;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.warehouse.LockPatience;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.TableChange;
import java.sql.SQLException;

/** Carries out changes of tables, as their jobs say. Thread-safe. */
public final class TableChanges {
  private final LockPatience patience;
  private final int maxColumns;

  /**
   * @param patience for somebody who reads what is to be altered
   * @param maxColumns of a table
   */
  public TableChanges(LockPatience patience, int maxColumns) {
    this.patience = patience;
    this.maxColumns = maxColumns;
  }

  /**
   * Changes the table and ends the job.
   *
   * @return the job's end as the ledger has it
   * @throws PlatformException what stands against the change; the transaction is open, nothing is
   *     published
   */
  public JobOutcome change(RunningJob job, TableChange task) throws SQLException {
    Alterations alterations = new Alterations(job, task, patience);
    return switch (task) {
      case TableChange.AddColumn add ->
          alterations.run(
              (connection, row) -> ColumnChanges.added(connection, row, add, maxColumns));
      case TableChange.DropColumn drop ->
          alterations.run((_, row) -> ColumnChanges.dropped(row, drop.name()));
      case TableChange.AddPrimaryKey add ->
          KeyChanges.refusing(
              () -> alterations.run((_, row) -> KeyChanges.added(row, add.columns(), job.id())));
      case TableChange.DropPrimaryKey _ -> alterations.run(KeyChanges::dropped);
      case TableChange.DeleteRows delete -> new RowsDeletion(job, delete).run();
      case TableChange.Optimise optimise -> new Optimisation(job, optimise).run();
    };
  }
}
