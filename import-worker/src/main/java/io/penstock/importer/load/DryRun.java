package io.penstock.importer.load;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.load.Staging.Staged;
import io.penstock.model.ExceptionId;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome.DryRunReport;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.Identifiers;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Compares a file with the table that it would be loaded into. Its rows are staged in a transaction
 * that the caller rolls back, so that nobody ever sees them; the table is read as any reader reads
 * it.
 */
final class DryRun {
  private final RunningJob job;
  private final LoadTable task;
  private final CatalogueRow table;
  private final SourceReader source;
  private final String stagingTable;

  DryRun(RunningJob job, LoadTable task, CatalogueRow table, SourceReader source) {
    this.job = job;
    this.task = task;
    this.table = table;
    this.source = source;
    this.stagingTable = Identifiers.staging(task.tableId(), job.id());
  }

  /** Rows of the file: how many keys it has, how many of them the table lacks, how many differ. */
  private record Compared(long distinct, long inserted, long updated) {}

  /**
   * What the load would do; the transaction is open.
   *
   * @throws PlatformException why it would be refused
   */
  DryRunReport report() throws IOException, SQLException {
    TargetTable target =
        new TargetTable(TargetTable.Kind.STAGING, stagingTable, WorkspaceObjects.written(task));
    Staged staged = new Staging(job, source, target, 1).stage();
    long records = source.records();
    boolean keyed = !table.primaryKey().isEmpty();
    Compared rows = keyed ? compare(staged.plan()) : new Compared(records, records, 0);
    long matched = rows.distinct() - rows.inserted();
    if (keyed && refusesKnownKeys() && rows.inserted() < records) {
      throw IncrementalLoad.knownKey(null);
    }
    return new DryRunReport(
        records,
        rows.inserted(),
        rows.updated(),
        matched - rows.updated(),
        task.incremental() ? 0 : table.rows() - matched,
        records - rows.distinct(),
        table.rows(),
        task.incremental() ? table.rows() + rows.inserted() : rows.distinct(),
        staged.plan().fileNames(),
        names(staged.plan().added()),
        staged.plan().missingNames(),
        null,
        job.seconds());
  }

  private boolean refusesKnownKeys() {
    return task.incremental() && task.rules().insertOnly();
  }

  /** That the load would be refused, and why. */
  DryRunReport refused(PlatformException reason) {
    JobError error =
        new JobError(
            Objects.requireNonNullElse(reason.code().wireCode(), "internalError"),
            reason.text(),
            ExceptionId.next(),
            reason.context());
    List<String> missing =
        reason.context().get("missingColumns") instanceof List<?> names
            ? names.stream().map(String::valueOf).toList()
            : List.of();
    return new DryRunReport(
        source.records(),
        0,
        0,
        0,
        0,
        0,
        table.rows(),
        table.rows(),
        List.of(),
        List.of(),
        missing,
        error,
        job.seconds());
  }

  /** Physical names only, no user's text. */
  private Compared compare(ColumnPlan plan) throws SQLException {
    List<String> key = table.physicalKey();
    String keys = String.join(", ", key);
    String same =
        key.stream()
            .map(column -> "g.%1$s = f.%1$s".formatted(column))
            .collect(Collectors.joining(" AND "));
    String query =
        """
        WITH f AS (SELECT DISTINCT ON (%1$s) * FROM %2$s ORDER BY %1$s, ctid DESC)
        SELECT count(*), count(*) FILTER (WHERE g.%3$s IS NULL), count(*) FILTER (WHERE g.%3$s IS NOT NULL AND (%4$s))
        FROM f LEFT JOIN %5$s g ON %6$s\
        """
            .formatted(keys, stagingTable, key.getFirst(), differs(plan, key), table.table(), same);
    try (Statement statement = job.connection().createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return new Compared(rows.getLong(1), rows.getLong(2), rows.getLong(3));
    }
  }

  /** A column that the table is yet to get is empty in all its rows. */
  private static String differs(ColumnPlan plan, List<String> key) {
    List<String> terms = new ArrayList<>();
    for (CatalogueColumn column : plan.file()) {
      if (plan.added().contains(column)) {
        terms.add("f.%s <> ''".formatted(column.physical()));
      } else if (!key.contains(column.physical())) {
        terms.add("g.%1$s IS DISTINCT FROM f.%1$s".formatted(column.physical()));
      }
    }
    return terms.isEmpty() ? "false" : String.join(" OR ", terms);
  }

  private static List<String> names(List<CatalogueColumn> columns) {
    return columns.stream().map(CatalogueColumn::name).toList();
  }
}
