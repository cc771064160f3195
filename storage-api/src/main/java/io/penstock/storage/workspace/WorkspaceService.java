package io.penstock.storage.workspace;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.WorkspaceChange;
import io.penstock.model.job.RoleCredential;
import io.penstock.model.job.WorkspaceNames;
import io.penstock.storage.access.Caller;
import io.penstock.storage.job.AwaitedJobs;
import io.penstock.storage.job.AwaitedJobs.Standing;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.stereotype.Service;

/** Makes and removes workspaces. Sealing comes before every transaction: it may ask the network. */
@Service
class WorkspaceService {
  private final WorkspaceRows rows;
  private final Workspaces workspaces;
  private final WorkspaceSecrets secrets;
  private final WorkspaceProperties properties;
  private final Jobs jobs;
  private final AwaitedJobs awaited;
  private final Changes changes;
  private final Events events;
  private final Clock clock;

  WorkspaceService(
      WorkspaceRows rows,
      Workspaces workspaces,
      WorkspaceSecrets secrets,
      WorkspaceProperties properties,
      Jobs jobs,
      AwaitedJobs awaited,
      Changes changes,
      Events events,
      Clock clock) {
    this.rows = rows;
    this.workspaces = workspaces;
    this.secrets = secrets;
    this.properties = properties;
    this.jobs = jobs;
    this.awaited = awaited;
    this.changes = changes;
    this.events = events;
    this.clock = clock;
  }

  /** What became of a creation that was waited for. */
  sealed interface Creation {
    record Made(Workspace workspace, String password) implements Creation {}

    /** The contract's job object: it takes longer. */
    record UnderWay(Map<String, Object> job) implements Creation {}
  }

  /** Accepts the creation; its result has no password. */
  Map<String, Object> createByJob(Caller caller, Params params) {
    return jobs.submit(params, creation(caller, params, names(caller), secrets.newPassword()));
  }

  /** Makes the workspace while the call waits. */
  Creation create(Caller caller, Params params) {
    WorkspaceNames names = names(caller);
    String password = secrets.newPassword();
    Map<String, Object> accepted =
        jobs.submitAwaited(201, creation(caller, params, names, password));
    return switch (awaited.await(accepted)) {
      case Standing.UnderWay(Map<String, Object> job) -> new Creation.UnderWay(job);
      case Standing.Succeeded _ ->
          rows.find(caller.projectId(), names.workspaceId())
              .<Creation>map(made -> new Creation.Made(made, password))
              .orElseThrow(() -> Workspaces.notFound(names.workspaceId()));
    };
  }

  private WorkspaceNames names(Caller caller) {
    return new WorkspaceNames(caller.projectId(), rows.nextId());
  }

  private Supplier<NewJob> creation(
      Caller caller, Params params, WorkspaceNames names, String password) {
    RoleCredential worker = secrets.newWorker(names);
    long id = names.workspaceId();
    NewWorkspace asked = NewWorkspace.of(params, caller, id, secrets.sealed(names, null, worker));
    byte[] secret = secrets.sealed(names, password, worker);
    return () -> {
      if (rows.countAlone(caller.projectId()) >= properties.perProject()) {
        throw new PlatformException(
            ErrorCode.WORKSPACE_LIMIT,
            "The project has %d workspaces, and may have no more; delete one first"
                .formatted(properties.perProject()));
      }
      rows.insert(
          asked, caller.projectId(), caller.tokenId(), caller.description(), clock.instant());
      Call.current().about("workspace", Long.toString(id), names.schema());
      return NewJob.ofWorkspace(
          WorkspaceJobs.CREATE,
          WorkspaceJobs.params(id),
          new WorkspaceChange.Create(id, asked.login(), asked.statementTimeoutSeconds()),
          id,
          secret,
          NewJob.Lock.WORKSPACE);
    };
  }

  /** Hides the workspace now; its schema and roles are dropped by a job that nobody sees. */
  void delete(Caller caller, String id) {
    Workspace workspace = workspaces.require(caller, id);
    changes.commit(204, () -> jobs.acceptHidden(caller.projectId(), hide(workspace)));
  }

  /** Hides the workspace with the acceptance of the job that drops it. */
  Map<String, Object> deleteByJob(Caller caller, String id, Params params) {
    return jobs.submit(params, () -> hide(workspaces.require(caller, id)));
  }

  private NewJob hide(Workspace workspace) {
    PlatformException gone = Workspaces.notFound(workspace.id());
    if (!rows.hide(workspace.projectId(), workspace.id(), clock.instant())) {
      throw gone;
    }
    jobs.endUnsentOfWorkspace(workspace.id(), ErrorCode.WORKSPACE_NOT_FOUND, gone.text());
    events.append(
        Event.of(
            "storage.workspaceDeleted", "Deleted workspace " + workspace.id(), workspace.object()));
    return removal(workspace.id());
  }

  static NewJob removal(long id) {
    return NewJob.ofWorkspace(
        WorkspaceJobs.DROP,
        WorkspaceJobs.params(id),
        new WorkspaceChange.Drop(id),
        id,
        null,
        NewJob.Lock.WORKSPACE);
  }
}
