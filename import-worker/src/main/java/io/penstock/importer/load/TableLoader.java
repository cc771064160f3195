package io.penstock.importer.load;

import io.penstock.aws.ObjectStore;
import io.penstock.importer.csv.CsvFault;
import io.penstock.importer.csv.CsvLimits;
import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.warehouse.LockPatience;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.importer.workspace.ReadPatience;
import io.penstock.model.ErrorCode;
import io.penstock.model.ErrorCode.Category;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.DryRunReport;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.RestoreTable;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.Identifiers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * Loads a file into a table, as the job says: full, incremental, or into a table that it creates.
 * Thread-safe.
 */
public final class TableLoader {
  private final ObjectStore objects;
  private final CsvLimits limits;
  private final LockPatience patience;
  private final int connections;
  private final ReadPatience workspaces;

  /**
   * @param connections over which one load copies at most
   * @param workspaces patience with what is read from them
   */
  public TableLoader(
      ObjectStore objects,
      CsvLimits limits,
      LockPatience patience,
      int connections,
      ReadPatience workspaces) {
    this.objects = objects;
    this.limits = limits;
    this.patience = patience;
    this.connections = connections;
    this.workspaces = workspaces;
  }

  /**
   * Loads and ends the job.
   *
   * @return the job's end as the ledger has it
   * @throws PlatformException what the user has to change; the transaction is open, nothing is
   *     published
   */
  public JobOutcome load(RunningJob job, LoadTable task) throws IOException, SQLException {
    return load(job, task, List.of());
  }

  /** The same with the rows, columns and key of another time. */
  public JobOutcome restore(RunningJob job, RestoreTable task) throws IOException, SQLException {
    return load(job, task.load(), task.columns());
  }

  private JobOutcome load(RunningJob job, LoadTable task, List<DefinedColumn> restored)
      throws IOException, SQLException {
    Optional<CatalogueRow> before = Catalogue.find(job.connection(), task.tableId());
    requireExpected(task, before);
    SourceReader source =
        new SourceReader(task, objects(job, task, before), before, restored, limits);
    try {
      return task.incremental() && before.isPresent()
          ? new IncrementalLoad(job, task, before.get(), source, patience, connections).run()
          : new FullLoad(job, task, before, source, connections).run();
    } catch (CsvFault e) {
      job.connection().rollback();
      throw diagnosis(job, task, source).look().orElse(e);
    } catch (SQLException e) {
      if (SqlStates.is(e, SqlStates.PROGRAM_LIMIT_EXCEEDED)) {
        throw new PlatformException(
            ErrorCode.TABLE_INVALID_PRIMARY_KEY,
            "A value of the primary key is too long: at most about 2,700 bytes in all its columns.",
            e);
      }
      throw refusal(job, task, source, e);
    }
  }

  private SourceObjects objects(RunningJob job, LoadTable task, Optional<CatalogueRow> table) {
    boolean typed = table.map(CatalogueRow::isTyped).orElse(false);
    return SourceObjects.of(job, task, typed, objects, limits.maxRecordBytes(), workspaces);
  }

  private static Diagnosis diagnosis(RunningJob job, LoadTable task, SourceReader source) {
    return new Diagnosis(
        source,
        isSliced(task),
        new ValueCheck(job.connection(), WorkspaceObjects.written(task).nullValue()));
  }

  /**
   * What a typed table, or the rows' {@code _timestamp}, has against the file.
   *
   * @throws SQLException the failure itself, when it is another one
   */
  private static PlatformException refusal(
      RunningJob job, LoadTable task, SourceReader source, SQLException failure)
      throws SQLException {
    if (!source.refusesValues() || !SqlStates.refusesValue(failure)) {
      throw failure;
    }
    job.connection().rollback();
    return diagnosis(job, task, source)
        .look()
        .<PlatformException>map(fault -> fault)
        .orElseGet(
            () ->
                new PlatformException(
                    ErrorCode.CSV_INVALID_VALUE,
                    "A value is not of its column's type, or a column that takes no NULL gets"
                        + " none.",
                    failure));
  }

  /**
   * Tells what the load would do, and does nothing: whatever it writes is rolled back.
   *
   * @return the job's end as the ledger has it; a load that would be refused is no failure here
   * @throws PlatformException when it cannot be told
   */
  public JobOutcome check(RunningJob job, LoadTable task) throws IOException, SQLException {
    Connection connection = job.connection();
    CatalogueRow before =
        Catalogue.find(connection, task.tableId())
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorCode.TABLE_NOT_FOUND,
                        "The table %s does not exist.".formatted(task.label())));
    SourceReader source =
        new SourceReader(
            task, objects(job, task, Optional.of(before)), Optional.of(before), limits);
    DryRun dryRun = new DryRun(job, task, before, source);
    DryRunReport report;
    try {
      report = dryRun.report();
    } catch (CsvFault e) {
      connection.rollback();
      report = dryRun.refused(diagnosis(job, task, source).look().orElse(e));
    } catch (SQLException e) {
      report = dryRun.refused(refusal(job, task, source, e));
    } catch (PlatformException e) {
      if (e.code().category() == Category.TRY_LATER || e.code().category() == Category.OURS) {
        throw e;
      }
      report = dryRun.refused(e);
    }
    connection.rollback();
    return job.settle(job.checked(report, source.metrics()));
  }

  /** Removes what a refused load has staged, in the open transaction. */
  public void discard(RunningJob job, LoadTable task) throws SQLException {
    try (Statement statement = job.connection().createStatement()) {
      statement.execute(
          "DROP TABLE IF EXISTS %s, %s"
              .formatted(
                  Identifiers.staging(task.tableId(), job.id()),
                  Identifiers.generation(task.tableId(), job.id())));
    }
  }

  private static boolean isSliced(LoadTable task) {
    return task.source() instanceof FileSource file && file.sliced();
  }

  private static void requireExpected(LoadTable task, Optional<CatalogueRow> before) {
    if (task.create() && before.isPresent()) {
      throw new PlatformException(
          ErrorCode.TABLE_EXISTS, "The table %s already exists.".formatted(task.label()));
    }
    if (!task.create() && before.isEmpty()) {
      throw new PlatformException(
          ErrorCode.TABLE_NOT_FOUND, "The table %s does not exist.".formatted(task.label()));
    }
  }
}
