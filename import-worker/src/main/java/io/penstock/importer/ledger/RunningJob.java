package io.penstock.importer.ledger;

import io.penstock.model.ErrorCode;
import io.penstock.model.ExceptionId;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.DryRunReport;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.JobMetrics;
import io.penstock.model.job.JobOutcome.LoadReceipt;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobOutcome.TableState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A job in one worker's hands, with its connection (no auto-commit). Belongs to one thread.
 *
 * @param connection to the project's database, with the job's own role
 * @param reconnect opens further connections of that kind, from any thread
 * @param sources opens connections to projects that the job reads from, from any thread
 * @param startedAt when this attempt began
 */
public record RunningJob(
    Connection connection,
    Reconnect reconnect,
    Sources sources,
    JobMessage message,
    Instant startedAt,
    Clock clock,
    String workerVersion) {

  public long id() {
    return message.jobId();
  }

  /** One more connection for this job; the caller's to close. */
  public Connection connectAgain() throws SQLException {
    return reconnect.connect();
  }

  /**
   * A connection that has the rights of the job's workspace and no others; the caller's to close.
   */
  public Connection connectToWorkspace() throws SQLException {
    return reconnect.connectToWorkspace();
  }

  /**
   * A connection to another project that the message brings a reader's credential of; the caller's
   * to close. Nothing can be written by it: the ledger stays in the job's own project.
   */
  public Connection connectToSource(long project) throws SQLException {
    return sources.connect(project);
  }

  /** Seconds since this attempt began. */
  public double seconds() {
    return Duration.between(startedAt, clock.instant()).toMillis() / 1000.0;
  }

  /** The report that the job has begun; it is in no ledger. */
  public JobOutcome started() {
    return outcome(Status.STARTED, List.of(), null, null, null, JobMetrics.NONE);
  }

  public JobOutcome loaded(TableState table, LoadReceipt receipt, JobMetrics metrics) {
    return outcome(Status.SUCCESS, List.of(table), receipt, null, null, metrics);
  }

  /** Success of finding out what a load would do. */
  public JobOutcome checked(DryRunReport report, JobMetrics metrics) {
    return outcome(Status.SUCCESS, List.of(), null, null, null, metrics).withDryRun(report);
  }

  public JobOutcome exported(ExportReceipt receipt, JobMetrics metrics) {
    return outcome(Status.SUCCESS, List.of(), null, receipt, null, metrics);
  }

  /** Success of a job that moved no data. */
  public JobOutcome done(List<TableState> tables) {
    return outcome(Status.SUCCESS, tables, null, null, null, JobMetrics.NONE);
  }

  /** The caller has to change something. */
  public JobOutcome refused(PlatformException reason) {
    String code = Objects.requireNonNullElse(reason.code().wireCode(), "internalError");
    return failed(new JobError(code, reason.text(), ExceptionId.next(), reason.context()));
  }

  /** We could not do it, however often we tried. */
  public JobOutcome givenUp() {
    String code = Objects.requireNonNull(ErrorCode.INTERNAL.wireCode());
    String message = "The job could not be finished because of an internal error.";
    return failed(new JobError(code, message, ExceptionId.next(), Map.of()));
  }

  private JobOutcome failed(JobError error) {
    return outcome(Status.ERROR, List.of(), null, null, error, JobMetrics.NONE);
  }

  /**
   * Ends the job: writes the ledger's row in the open transaction and commits. When the job has an
   * end already, everything this transaction did is undone.
   *
   * @return the end that counts: this one, or the first
   */
  public JobOutcome settle(JobOutcome end) throws SQLException {
    if (JobLedger.record(connection, end)) {
      connection.commit();
      return end;
    }
    connection.rollback();
    JobOutcome first =
        JobLedger.find(connection, id())
            .orElseThrow(() -> new IllegalStateException("The ledger lost the job's end"));
    connection.rollback();
    return first;
  }

  private JobOutcome outcome(
      Status status,
      List<TableState> tables,
      @Nullable LoadReceipt load,
      @Nullable ExportReceipt export,
      @Nullable JobError error,
      JobMetrics metrics) {
    Instant endedAt = status == Status.STARTED ? null : clock.instant();
    return new JobOutcome(
        id(),
        message.projectId(),
        status,
        startedAt,
        endedAt,
        tables,
        load,
        export,
        error,
        metrics,
        workerVersion);
  }

  /** Opens connections to the databases of the message's sources. */
  @FunctionalInterface
  public interface Sources {
    /** Where the job's message names none. */
    Sources NONE =
        project -> {
          throw new IllegalStateException("The job brings no credential of project " + project);
        };

    Connection connect(long project) throws SQLException;
  }

  /** Opens a connection to the job's database. */
  @FunctionalInterface
  public interface Reconnect {
    Connection connect() throws SQLException;

    /** As the role that reads the job's workspace. */
    default Connection connectToWorkspace() throws SQLException {
      throw new IllegalStateException("The job has no workspace to read");
    }
  }
}
