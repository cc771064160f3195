package io.penstock.importer.intake;

import io.penstock.aws.RecipientSeal;
import io.penstock.importer.define.TableDefiner;
import io.penstock.importer.export.TableExporter;
import io.penstock.importer.export.WorkspaceExporter;
import io.penstock.importer.ledger.JobLedger;
import io.penstock.importer.ledger.JobLedger.Claim;
import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.load.TableLoader;
import io.penstock.importer.structure.TableChanges;
import io.penstock.importer.sweep.Sweeper;
import io.penstock.importer.sweep.TableDropper;
import io.penstock.importer.undo.ImportUndo;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.importer.warehouse.Warehouse;
import io.penstock.importer.workspace.WorkspaceLoader;
import io.penstock.model.ErrorCode.Category;
import io.penstock.model.ExceptionId;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.RoleCredential;
import io.penstock.model.job.WorkerCredential;
import io.penstock.warehouse.RetiredGenerations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one project's job with the credential that its message brings, and ends it in the ledger.
 * Thread-safe.
 */
public final class JobRunner implements JobHandler {
  private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
  private static final Duration BUSY_PAUSE = Duration.ofSeconds(30);

  private final Warehouse warehouse;
  private final RecipientSeal.Opener opener;
  private final JobReports reports;
  private final Work work;
  private final Clock clock;
  private final String workerVersion;
  private final SignsOfLife signsOfLife;

  /**
   * @param signsOfLifeEvery how often a running job is reported anew; at most half of storage-api's
   *     lease
   */
  public JobRunner(
      Warehouse warehouse,
      RecipientSeal.Opener opener,
      JobReports reports,
      Work work,
      Clock clock,
      String workerVersion,
      Duration signsOfLifeEvery) {
    this.warehouse = warehouse;
    this.opener = opener;
    this.reports = reports;
    this.work = work;
    this.clock = clock;
    this.workerVersion = workerVersion;
    this.signsOfLife = new SignsOfLife(signsOfLifeEvery);
  }

  @Override
  public Handling handle(JobMessage message) {
    try {
      RunningJob.Reconnect database = logins(message);
      try (Connection connection = database.connect()) {
        connection.setAutoCommit(false);
        return claimAndRun(
            new RunningJob(
                connection,
                database,
                sources(message),
                message,
                clock.instant(),
                clock,
                workerVersion));
      }
    } catch (SQLException | IOException | GeneralSecurityException | RuntimeException e) {
      String exceptionId = ExceptionId.next();
      if (isPassing(e)) {
        LOG.warn("Job {} is left for later ({}): {}", message.jobId(), exceptionId, e.toString());
      } else {
        LOG.error("Job {} failed in an unforeseen way ({})", message.jobId(), exceptionId, e);
      }
      return new Handling.Failed(exceptionId);
    }
  }

  private Handling claimAndRun(RunningJob job) throws SQLException, IOException {
    Claim claim = JobLedger.claim(job.connection(), job.id());
    job.connection().commit();
    if (job.message().giveUp() && !(claim instanceof Claim.Ended)) {
      // Also where another worker holds the job: it has given no sign of life for so long that it
      // must lose.
      reports.ended(job.settle(job.givenUp()));
      sweep(job);
      return new Handling.Ended();
    }
    return switch (claim) {
      case Claim.Ended(JobOutcome end) -> {
        reports.ended(end);
        yield new Handling.Ended();
      }
      case Claim.Busy() -> new Handling.Busy(BUSY_PAUSE);
      case Claim.Ours() -> {
        reports.ended(runAlive(job));
        sweep(job);
        yield new Handling.Ended();
      }
    };
  }

  private JobOutcome runAlive(RunningJob job) throws SQLException, IOException {
    reports.started(job.started());
    try (SignsOfLife.Signs _ = signsOfLife.of(job.id(), () -> reports.started(job.started()))) {
      return run(job);
    }
  }

  private JobOutcome run(RunningJob job) throws SQLException, IOException {
    try {
      return work.run(job);
    } catch (PlatformException e) {
      if (e.code().category() == Category.TRY_LATER || e.code().category() == Category.OURS) {
        throw e;
      }
      job.connection().rollback();
      work.discard(job);
      return job.settle(job.refused(e));
    }
  }

  /** The job has ended and is reported: what goes wrong here is for the next job to sweep. */
  private void sweep(RunningJob job) {
    try {
      work.sweep(job);
    } catch (SQLException e) {
      LOG.warn("Sweeping after job {} failed: {}", job.id(), e.toString());
    }
  }

  private RunningJob.Reconnect logins(JobMessage message) throws GeneralSecurityException {
    return new Logins(
        warehouse,
        message,
        opened(message.sealedCredential(), message.sealContext(), WorkerCredential.class));
  }

  private RunningJob.Sources sources(JobMessage message) {
    return project -> {
      JobMessage.Source source =
          message.sources().stream()
              .filter(named -> named.projectId() == project)
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("The message has no source " + project));
      byte[] context = JobMessage.sourceSealContext(message.jobId(), project);
      RoleCredential reader;
      try {
        reader = opened(source.sealedCredential(), context, RoleCredential.class);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("A source's credential cannot be opened", e);
      }
      return warehouse.connect(source.database(), reader, "penstock job " + message.jobId());
    };
  }

  private <T> T opened(String sealed, byte[] context, Class<T> type)
      throws GeneralSecurityException {
    byte[] opened = opener.open(Base64.getDecoder().decode(sealed), context);
    return Json.read(new String(opened, StandardCharsets.UTF_8), type);
  }

  private static boolean isPassing(Exception e) {
    return switch (e) {
      case SQLException sql -> SqlStates.isPassing(sql);
      case IOException _ -> true;
      case PlatformException platform -> platform.code().category() == Category.TRY_LATER;
      default -> false;
    };
  }

  /** Opens connections by the credential that the message brought. */
  private record Logins(Warehouse warehouse, JobMessage message, WorkerCredential credential)
      implements RunningJob.Reconnect {
    @Override
    public Connection connect() throws SQLException {
      return connect(credential.writer());
    }

    @Override
    public Connection connectToWorkspace() throws SQLException {
      RoleCredential workspace = credential.workspace();
      if (workspace == null) {
        throw new IllegalStateException("The message brought no log-in to a workspace");
      }
      return connect(workspace);
    }

    private Connection connect(RoleCredential role) throws SQLException {
      return warehouse.connect(message.database(), role, "penstock job " + message.jobId());
    }
  }

  /**
   * What jobs of a project do.
   *
   * @param definer for {@link JobTask.DefineTable}
   * @param loader for {@link JobTask.LoadTable}
   * @param exporter for {@link JobTask.ExportTable}
   * @param workspaceExporter for {@link JobTask.ExportWorkspaceTable}
   * @param dropper for {@link JobTask.DropTables}
   * @param undo for {@link JobTask.UndoImport}
   * @param changes for {@link JobTask.TableChange}
   * @param workspaces for {@link JobTask.LoadWorkspace}
   * @param sweeper after each job
   */
  public record Work(
      TableDefiner definer,
      TableLoader loader,
      TableExporter exporter,
      WorkspaceExporter workspaceExporter,
      TableDropper dropper,
      ImportUndo undo,
      TableChanges changes,
      WorkspaceLoader workspaces,
      Sweeper sweeper) {

    JobOutcome run(RunningJob job) throws SQLException, IOException {
      RetiredGenerations.ensure(job.connection());
      return switch (job.message().task()) {
        case JobTask.DefineTable defined -> definer.define(job, defined);
        case JobTask.LoadTable load -> loader.load(job, load);
        case JobTask.RestoreTable restored -> loader.restore(job, restored);
        case JobTask.CheckLoad check -> loader.check(job, check.load());
        case JobTask.ExportTable export -> exporter.export(job, export);
        case JobTask.DropTables drop -> dropper.drop(job, drop);
        case JobTask.UndoImport asked -> undo.undo(job, asked);
        case JobTask.TableChange change -> changes.change(job, change);
        case JobTask.LoadWorkspace load -> workspaces.load(job, load);
        case JobTask.ExportWorkspaceTable export -> workspaceExporter.export(job, export);
        case JobTask.ProvisionProject _, JobTask.WorkspaceChange _ ->
            throw new IllegalStateException("Provisioning came to the wrong queue");
      };
    }

    void discard(RunningJob job) throws SQLException {
      switch (job.message().task()) {
        case JobTask.LoadTable load -> loader.discard(job, load);
        case JobTask.RestoreTable restored -> loader.discard(job, restored.load());
        default -> {}
      }
    }

    void sweep(RunningJob job) throws SQLException {
      List<Long> tables =
          switch (job.message().task()) {
            case JobTask.LoadTable load -> List.of(load.tableId());
            case JobTask.RestoreTable restored -> List.of(restored.load().tableId());
            case JobTask.UndoImport undone -> List.of(undone.tableId());
            case JobTask.TableChange change -> List.of(change.tableId());
            case JobTask.DropTables drop -> drop.tableIds();
            case JobTask.DefineTable _,
                JobTask.CheckLoad _,
                JobTask.ExportTable _,
                JobTask.LoadWorkspace _,
                JobTask.ExportWorkspaceTable _,
                JobTask.WorkspaceChange _,
                JobTask.ProvisionProject _ ->
                List.of();
          };
      for (long tableId : tables) {
        sweeper.sweep(job.connection(), tableId);
      }
      sweeper.sweepDue(job.connection());
    }
  }
}
