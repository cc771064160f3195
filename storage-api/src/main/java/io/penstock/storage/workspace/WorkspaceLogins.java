package io.penstock.storage.workspace;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.WorkspaceChange;
import io.penstock.storage.access.Caller;
import io.penstock.storage.job.AwaitedJobs;
import io.penstock.storage.job.AwaitedJobs.Standing;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.web.Changes;
import java.time.Clock;
import java.util.Map;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Passwords and further log-ins of workspaces. The call waits for the provisioner: a password that
 * does not work yet would be of no use.
 */
@Service
class WorkspaceLogins {
  private final WorkspaceRows rows;
  private final Workspaces workspaces;
  private final WorkspaceSecrets secrets;
  private final WorkspaceProperties properties;
  private final Jobs jobs;
  private final AwaitedJobs awaited;
  private final Changes changes;
  private final TransactionTemplate transaction;
  private final Clock clock;

  WorkspaceLogins(
      WorkspaceRows rows,
      Workspaces workspaces,
      WorkspaceSecrets secrets,
      WorkspaceProperties properties,
      Jobs jobs,
      AwaitedJobs awaited,
      Changes changes,
      TransactionTemplate transaction,
      Clock clock) {
    this.rows = rows;
    this.workspaces = workspaces;
    this.secrets = secrets;
    this.properties = properties;
    this.jobs = jobs;
    this.awaited = awaited;
    this.changes = changes;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** A log-in that was just made. */
  record Made(Workspace workspace, long loginId, String password) {}

  /** A new password for the workspace's own role; the old one is of no use any more. */
  String resetPassword(Caller caller, String id) {
    Workspace workspace = workspaces.require(caller, id);
    if (!workspace.login()) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_NO_LOGIN,
          "The workspace %d was made with loginType none; make credentials for it instead"
              .formatted(workspace.id()));
    }
    String password = secrets.newPassword();
    byte[] secret = secrets.sealed(workspace.names(), password, null);
    long job =
        changes.commit(
            201,
            () -> {
              workspaces.hold(workspace.id());
              return accept(
                  caller,
                  WorkspaceJobs.PASSWORD,
                  WorkspaceJobs.params(workspace.id()),
                  new WorkspaceChange.SetPassword(workspace.id()),
                  workspace,
                  secret);
            });
    await(caller, job);
    return password;
  }

  /** One more log-in. */
  Made add(Caller caller, String id) {
    Workspace workspace = workspaces.require(caller, id);
    String password = secrets.newPassword();
    byte[] secret = secrets.sealed(workspace.names(), password, null);
    record Accepted(long loginId, long job) {}
    Accepted accepted =
        changes.commit(
            200,
            () -> {
              workspaces.hold(workspace.id());
              requireRoom(workspace);
              long login = rows.insertLogin(workspace.id(), clock.instant());
              return new Accepted(
                  login,
                  accept(
                      caller,
                      WorkspaceJobs.ADD_LOGIN,
                      WorkspaceJobs.ofLogin(workspace.id(), login),
                      new WorkspaceChange.AddLogin(
                          workspace.id(), login, workspace.statementTimeoutSeconds()),
                      workspace,
                      secret));
            });
    try {
      await(caller, accepted.job());
    } catch (PlatformException e) {
      abandon(caller, workspace, accepted.loginId());
      throw e;
    }
    return new Made(workspace, accepted.loginId(), password);
  }

  /**
   * Nobody will ever know its password. It is removed behind its making: by the end of that job,
   * unless it has ended just now.
   */
  private void abandon(Caller caller, Workspace workspace, long login) {
    transaction.executeWithoutResult(
        _ -> {
          if (rows.abandonLogin(login)) {
            long _ = jobs.acceptHidden(caller.projectId(), removal(workspace.id(), login));
          }
        });
  }

  /** The workspace of a log-in that is there. */
  Workspace require(Caller caller, String id, String loginId) {
    Workspace workspace = workspaces.require(caller, id);
    if (!rows.hasLogin(workspace.id(), Workspaces.number(loginId))) {
      throw notFound(loginId);
    }
    return workspace;
  }

  /** Hides the log-in now; a job that nobody sees ends its sessions and removes it. */
  void remove(Caller caller, String id, String loginId) {
    Workspace workspace = require(caller, id, loginId);
    long login = Workspaces.number(loginId);
    changes.commit(
        204,
        () -> {
          if (!rows.hideLogin(workspace.id(), login)) {
            throw notFound(loginId);
          }
          return jobs.acceptHidden(caller.projectId(), removal(workspace.id(), login));
        });
  }

  static NewJob removal(long workspaceId, long loginId) {
    return NewJob.ofWorkspace(
        WorkspaceJobs.DROP_LOGIN,
        WorkspaceJobs.ofLogin(workspaceId, loginId),
        new WorkspaceChange.DropLogin(workspaceId, loginId),
        workspaceId,
        null,
        NewJob.Lock.NONE);
  }

  private long accept(
      Caller caller,
      String operation,
      Map<String, Object> params,
      JobTask task,
      Workspace workspace,
      byte[] secret) {
    return jobs.acceptHidden(
        caller.projectId(),
        NewJob.ofWorkspace(operation, params, task, workspace.id(), secret, NewJob.Lock.NONE));
  }

  private void requireRoom(Workspace workspace) {
    if (rows.countLogins(workspace.id()) >= properties.loginsPerWorkspace()) {
      throw new PlatformException(
          ErrorCode.WORKSPACE_LIMIT,
          "The workspace has %d credentials, and may have no more; delete some first"
              .formatted(properties.loginsPerWorkspace()));
    }
  }

  private void await(Caller caller, long job) {
    if (awaited.awaitHidden(caller.projectId(), job) instanceof Standing.UnderWay) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "The warehouse did not answer in time; try again");
    }
  }

  private static PlatformException notFound(String loginId) {
    return new PlatformException(
        ErrorCode.WORKSPACE_CREDENTIALS_NOT_FOUND,
        "Credentials \"%s\" not found in the workspace".formatted(loginId));
  }
}
