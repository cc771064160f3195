package io.penstock.model.job;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a worker reports of a job. Everything but {@link Status#STARTED} is read from the project's
 * ledger, so that a repeated report says the same.
 *
 * @param tables the catalogue's whole new state of every table the job changed
 * @param load present when a load succeeded
 * @param export present when an export succeeded
 * @param deletedRows present when a deletion of rows succeeded
 * @param dryRun present when a load was checked, whatever came of it
 * @param error present exactly when the status is {@link Status#ERROR}
 */
public record JobOutcome(
    long jobId,
    long projectId,
    Status status,
    Instant startedAt,
    @Nullable Instant endedAt,
    List<TableState> tables,
    @Nullable LoadReceipt load,
    @Nullable ExportReceipt export,
    @Nullable Long deletedRows,
    @Nullable DryRunReport dryRun,
    @Nullable JobError error,
    JobMetrics metrics,
    String workerVersion) {

  /** Of a job that neither deletes rows nor checks a load. */
  public JobOutcome(
      long jobId,
      long projectId,
      Status status,
      Instant startedAt,
      @Nullable Instant endedAt,
      List<TableState> tables,
      @Nullable LoadReceipt load,
      @Nullable ExportReceipt export,
      @Nullable JobError error,
      JobMetrics metrics,
      String workerVersion) {
    this(
        jobId,
        projectId,
        status,
        startedAt,
        endedAt,
        tables,
        load,
        export,
        null,
        null,
        error,
        metrics,
        workerVersion);
  }

  /** The same job, whose receipt names a record: its own, or this one where it has none. */
  public JobOutcome toldBy(UUID record) {
    if (load == null || load.recordId() != null) {
      return this;
    }
    return new JobOutcome(
        jobId,
        projectId,
        status,
        startedAt,
        endedAt,
        tables,
        load.toldBy(record),
        export,
        deletedRows,
        dryRun,
        error,
        metrics,
        workerVersion);
  }

  /** The same job, which has deleted so many rows. */
  public JobOutcome withDeletedRows(long rows) {
    return new JobOutcome(
        jobId,
        projectId,
        status,
        startedAt,
        endedAt,
        tables,
        load,
        export,
        rows,
        dryRun,
        error,
        metrics,
        workerVersion);
  }

  /** The same job with what a load would do. */
  public JobOutcome withDryRun(DryRunReport report) {
    return new JobOutcome(
        jobId,
        projectId,
        status,
        startedAt,
        endedAt,
        tables,
        load,
        export,
        deletedRows,
        report,
        error,
        metrics,
        workerVersion);
  }

  /** The same without the load's objects, where they are too many for a message. */
  public JobOutcome withoutObjects() {
    return new JobOutcome(
        jobId,
        projectId,
        status,
        startedAt,
        endedAt,
        tables,
        load == null ? null : load.withoutObjects(),
        export,
        deletedRows,
        dryRun,
        error,
        metrics,
        workerVersion);
  }

  /** How far the job is. */
  public enum Status {
    STARTED,
    SUCCESS,
    ERROR
  }

  /**
   * A table as the catalogue has it. A receiver ignores a state whose sequence is not higher than
   * the one it knows.
   *
   * @param dropped true: the table is gone; the other fields are then the last known ones
   * @param types of the columns, in their order; empty: the table is untyped
   */
  public record TableState(
      long tableId,
      long sequence,
      List<String> columns,
      List<String> primaryKey,
      long rows,
      long bytes,
      @Nullable Instant lastImport,
      boolean dropped,
      List<ColumnType> types) {

    @SuppressWarnings("NullAway") // a ledger's row from before there were types has none
    public TableState {
      types = types == null ? List.of() : List.copyOf(types);
    }

    /** Of an untyped table. */
    public TableState(
        long tableId,
        long sequence,
        List<String> columns,
        List<String> primaryKey,
        long rows,
        long bytes,
        @Nullable Instant lastImport,
        boolean dropped) {
      this(tableId, sequence, columns, primaryKey, rows, bytes, lastImport, dropped, List.of());
    }
  }

  /**
   * What went in and what came out of a load. Rows before and after are the table's; records are
   * the file's.
   *
   * @param recordId of the audit record that will tell of the load and vouch for this receipt; null
   *     in a ledger's row from before they were named
   */
  public record LoadReceipt(
      List<ObjectDigest> objects,
      List<String> columns,
      long recordsRead,
      long rowsInserted,
      long rowsUpdated,
      long rowsUnchanged,
      long rowsBefore,
      long rowsAfter,
      long bytesAfter,
      double seconds,
      @Nullable UUID recordId) {

    /** Of a load that has just been done. */
    public LoadReceipt(
        List<ObjectDigest> objects,
        List<String> columns,
        long recordsRead,
        long rowsInserted,
        long rowsUpdated,
        long rowsUnchanged,
        long rowsBefore,
        long rowsAfter,
        long bytesAfter,
        double seconds) {
      this(
          objects,
          columns,
          recordsRead,
          rowsInserted,
          rowsUpdated,
          rowsUnchanged,
          rowsBefore,
          rowsAfter,
          bytesAfter,
          seconds,
          UuidCreator.getTimeOrderedEpoch());
    }

    LoadReceipt toldBy(UUID record) {
      return new LoadReceipt(
          objects,
          columns,
          recordsRead,
          rowsInserted,
          rowsUpdated,
          rowsUnchanged,
          rowsBefore,
          rowsAfter,
          bytesAfter,
          seconds,
          record);
    }

    LoadReceipt withoutObjects() {
      return new LoadReceipt(
          List.of(),
          columns,
          recordsRead,
          rowsInserted,
          rowsUpdated,
          rowsUnchanged,
          rowsBefore,
          rowsAfter,
          bytesAfter,
          seconds,
          recordId);
    }
  }

  /** One object as it was read: stored bytes and their SHA-256 in hex. */
  public record ObjectDigest(String key, long bytes, String sha256) {}

  /**
   * The slices of an export, in the order of their rows.
   *
   * @param sequence of the table's catalogue row that was read: the same later means the same rows;
   *     0: not known
   */
  public record ExportReceipt(
      List<String> columns, List<Slice> slices, long rows, double seconds, long sequence) {

    /** Of something that has no sequence. */
    public ExportReceipt(List<String> columns, List<Slice> slices, long rows, double seconds) {
      this(columns, slices, rows, seconds, 0);
    }
  }

  /**
   * What a load would do, had it not been a dry run.
   *
   * @param rowsRemoved rows of the table that the file does not have
   * @param rowsSuperseded records of the file that a later one with the same key replaces
   * @param columns of the file, by their names in the table
   * @param addedColumns columns that the table would get
   * @param missingColumns columns of the table that the file lacks
   * @param refusal why the load would fail; the rows are then counted as far as they were read, or
   *     0
   */
  public record DryRunReport(
      long rowsRead,
      long rowsInserted,
      long rowsUpdated,
      long rowsUnchanged,
      long rowsRemoved,
      long rowsSuperseded,
      long rowsBefore,
      long rowsAfter,
      List<String> columns,
      List<String> addedColumns,
      List<String> missingColumns,
      @Nullable JobError refusal,
      double seconds) {}

  /** One slice; {@code bytes} as stored. */
  public record Slice(String key, long bytes) {}

  /** The contract's job error. Code and message are always there: clients index both. */
  public record JobError(
      String code, String message, String exceptionId, Map<String, Object> contextParams) {}

  /** The contract's six figures. */
  public record JobMetrics(
      boolean inCompressed,
      long inBytes,
      long inBytesUncompressed,
      boolean outCompressed,
      long outBytes,
      long outBytesUncompressed) {
    public static final JobMetrics NONE = new JobMetrics(false, 0, 0, false, 0, 0);
  }
}
