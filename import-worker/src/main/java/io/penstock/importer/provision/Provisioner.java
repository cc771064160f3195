package io.penstock.importer.provision;

import io.penstock.aws.RecipientSeal;
import io.penstock.importer.intake.Handling;
import io.penstock.importer.intake.JobHandler;
import io.penstock.importer.intake.JobReports;
import io.penstock.importer.ledger.JobLedger;
import io.penstock.importer.ledger.RunningJob;
import io.penstock.importer.warehouse.Warehouse;
import io.penstock.model.ExceptionId;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.ProvisionProject;
import io.penstock.model.job.JobTask.WorkspaceChange;
import io.penstock.model.job.ProjectRoles;
import io.penstock.model.job.RoleCredential;
import io.penstock.model.job.WorkspaceNames;
import io.penstock.model.job.WorkspaceSecret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles {@link ProvisionProject} and {@link WorkspaceChange}. A message can only ask for its own
 * project's names ({@code 12}, {@code p12_writer}, {@code p12_reader}, {@code ws_12_…}): no other
 * role's password can be set and no other database touched by it. Thread-safe.
 */
public final class Provisioner implements JobHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Provisioner.class);

  private final Warehouse warehouse;
  private final String ownDatabase;
  private final RoleCredential credential;
  private final RecipientSeal.Opener opener;
  private final JobReports reports;
  private final Clock clock;
  private final String workerVersion;

  /**
   * @param ownDatabase where the provisioner logs in to create others
   */
  public Provisioner(
      Warehouse warehouse,
      String ownDatabase,
      RoleCredential credential,
      RecipientSeal.Opener opener,
      JobReports reports,
      Clock clock,
      String workerVersion) {
    this.warehouse = warehouse;
    this.ownDatabase = ownDatabase;
    this.credential = credential;
    this.opener = opener;
    this.reports = reports;
    this.clock = clock;
    this.workerVersion = workerVersion;
  }

  @Override
  public Handling handle(JobMessage message) {
    try {
      return message.task() instanceof WorkspaceChange change
          ? changeWorkspace(message, change)
          : provisionProject(message);
    } catch (SQLException | GeneralSecurityException | RuntimeException e) {
      String exceptionId = ExceptionId.next();
      LOG.error("Provisioning job {} is left for later ({})", message.jobId(), exceptionId, e);
      return new Handling.Failed(exceptionId);
    }
  }

  private Handling provisionProject(JobMessage message)
      throws SQLException, GeneralSecurityException {
    reports.ended(provision(message, open(message, ProjectRoles.class)));
    return new Handling.Ended();
  }

  /**
   * In one transaction of the project's database, as the provisioner: it has the writer's rights.
   */
  private Handling changeWorkspace(JobMessage message, WorkspaceChange task)
      throws SQLException, GeneralSecurityException {
    requireOwnDatabase(message);
    WorkspaceSecret secret = open(message, WorkspaceSecret.class);
    try (Connection own = warehouse.connect(ownDatabase, credential, "penstock provisioner")) {
      // Two GRANTs on one database at the same time would fail, and a job that came twice must run
      // once. Users of the project cannot take this lock, since they do not reach the provisioner's
      // database; JobLedger's they could.
      lock(own, message.projectId());
      ProjectBounds.ensure(own, message.projectId(), message.database());
      shutOut(own, message, task);
      try (Connection project =
          warehouse.connect(message.database(), credential, "penstock job " + message.jobId())) {
        return changeWorkspace(project, message, task, secret);
      }
    }
  }

  /** From here: users' sessions may be all that the project's database lets in. */
  private static void shutOut(Connection own, JobMessage message, WorkspaceChange task)
      throws SQLException {
    WorkspaceNames names = new WorkspaceNames(message.projectId(), task.workspaceId());
    switch (task) {
      case WorkspaceChange.Drop _ -> RoleRemoval.shutOut(own, RoleRemoval.rolesOf(own, names));
      case WorkspaceChange.DropLogin drop -> {
        String login = names.loginRole(drop.loginId());
        if (Sql.roleExists(own, login)) {
          RoleRemoval.shutOut(own, List.of(login));
        }
      }
      case WorkspaceChange.Create _, WorkspaceChange.SetPassword _, WorkspaceChange.AddLogin _ -> {}
    }
  }

  private Handling changeWorkspace(
      Connection project, JobMessage message, WorkspaceChange task, WorkspaceSecret secret)
      throws SQLException {
    project.setAutoCommit(false);
    RunningJob job =
        new RunningJob(
            project,
            Provisioner::noMore,
            RunningJob.Sources.NONE,
            message,
            clock.instant(),
            clock,
            workerVersion);
    Optional<JobOutcome> end = JobLedger.find(project, job.id());
    project.commit();
    if (end.isPresent()) {
      return ended(end.get());
    }
    return ended(message.giveUp() ? job.settle(job.givenUp()) : change(job, task, secret));
  }

  private JobOutcome change(RunningJob job, WorkspaceChange task, WorkspaceSecret secret)
      throws SQLException {
    reports.started(job.started());
    try {
      return new WorkspaceRoles(job, task, secret).change(task);
    } catch (PlatformException e) {
      job.connection().rollback();
      return job.settle(job.refused(e));
    }
  }

  private Handling ended(JobOutcome end) {
    reports.ended(end);
    return new Handling.Ended();
  }

  private JobOutcome provision(JobMessage message, ProjectRoles roles) throws SQLException {
    requireOwnNames(message, roles);
    ProjectDatabase database =
        new ProjectDatabase(
            warehouse, message.database(), roles, ProjectDatabase.RoleLimits.DEFAULTS);
    try (Connection own = warehouse.connect(ownDatabase, credential, "penstock provisioner")) {
      // Two provisioners with the same project would trip over each other's CREATE; held until we
      // disconnect.
      lock(own, message.projectId());
      database.createBy(own);
      ProjectBounds.ensure(own, message.projectId(), message.database());
      database.prepareBy(credential);
      return fill(message, roles, database);
    }
  }

  private JobOutcome fill(JobMessage message, ProjectRoles roles, ProjectDatabase database)
      throws SQLException {
    try (Connection writer =
        warehouse.connect(message.database(), roles.writer(), "penstock provisioner")) {
      writer.setAutoCommit(false);
      RunningJob job =
          new RunningJob(
              writer,
              Provisioner::noMore,
              RunningJob.Sources.NONE,
              message,
              clock.instant(),
              clock,
              workerVersion);
      database.fillBy(writer);
      writer.commit();
      Optional<JobOutcome> first = JobLedger.find(writer, message.jobId());
      if (first.isPresent()) {
        return first.get();
      }
      reports.started(job.started());
      return job.settle(job.done(List.of()));
    }
  }

  private <T> T open(JobMessage message, Class<T> type) throws GeneralSecurityException {
    byte[] opened =
        opener.open(Base64.getDecoder().decode(message.sealedCredential()), message.sealContext());
    return Json.read(new String(opened, StandardCharsets.UTF_8), type);
  }

  private static void requireOwnNames(JobMessage message, ProjectRoles roles) {
    String prefix = "p" + message.projectId();
    boolean own =
        message.task() instanceof ProvisionProject
            && message.projectId() > 0
            && message.database().equals(Long.toString(message.projectId()))
            && roles.writer().role().equals(prefix + "_writer")
            && roles.reader().role().equals(prefix + "_reader");
    if (!own) {
      throw foreign();
    }
  }

  private static void requireOwnDatabase(JobMessage message) {
    if (message.projectId() <= 0
        || !message.database().equals(Long.toString(message.projectId()))) {
      throw foreign();
    }
  }

  private static IllegalArgumentException foreign() {
    return new IllegalArgumentException("The message names what is not its project's");
  }

  private static void lock(Connection connection, long projectId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT pg_advisory_lock(?)")) {
      statement.setLong(1, projectId);
      statement.executeQuery().close();
    }
  }

  private static Connection noMore() throws SQLException {
    throw new SQLException("Provisioning needs one connection", "53300");
  }
}
