package io.penstock.storage.workspace;

import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.Slice;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.storage.file.Files;
import io.penstock.storage.job.JobEnding;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.JsonFields;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The ends of workspaces' jobs. A removal that was given up is begun anew, since what it is to
 * remove is hidden already.
 */
@Component
class WorkspaceEndings implements JobEnding {
  private static final Set<String> OPERATIONS =
      Set.of(
          WorkspaceJobs.CREATE,
          WorkspaceJobs.DROP,
          WorkspaceJobs.LOAD,
          WorkspaceJobs.EXPORT,
          WorkspaceJobs.PASSWORD,
          WorkspaceJobs.ADD_LOGIN,
          WorkspaceJobs.DROP_LOGIN);

  private final WorkspaceRows rows;
  private final WorkspaceJson json;
  private final Files files;
  private final Jobs jobs;
  private final Events events;
  private final Clock clock;

  WorkspaceEndings(
      WorkspaceRows rows, WorkspaceJson json, Files files, Jobs jobs, Events events, Clock clock) {
    this.rows = rows;
    this.json = json;
    this.files = files;
    this.jobs = jobs;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public boolean handles(String operation) {
    return OPERATIONS.contains(operation);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    long id = WorkspaceJobs.workspaceId(job.params());
    return outcome.status() == Status.SUCCESS
        ? succeeded(job, outcome, id)
        : failed(job, outcome, id);
  }

  private @Nullable Map<String, Object> succeeded(EndedJob job, JobOutcome outcome, long id) {
    switch (job.operation()) {
      case WorkspaceJobs.CREATE -> {
        rows.ready(job.origin().projectId(), id);
        tell(job, id, "storage.workspaceCreated", "Created workspace " + id);
        return rows.find(job.origin().projectId(), id).map(json::of).orElse(null);
      }
      case WorkspaceJobs.PASSWORD ->
          tell(job, id, "storage.workspacePasswordReset", "Reset the password of workspace " + id);
      case WorkspaceJobs.ADD_LOGIN -> {
        long login = WorkspaceJobs.loginId(job.params());
        if (!rows.loginReady(login)) {
          long _ = jobs.acceptHidden(job.origin().projectId(), WorkspaceLogins.removal(id, login));
        }
      }
      case WorkspaceJobs.LOAD -> loaded(job, id);
      case WorkspaceJobs.EXPORT -> {
        return exported(job, id, outcome);
      }
      default -> {}
    }
    return null;
  }

  private @Nullable Map<String, Object> failed(EndedJob job, JobOutcome outcome, long id) {
    long project = job.origin().projectId();
    switch (job.operation()) {
      case WorkspaceJobs.CREATE -> {
        boolean _ = rows.hide(project, id, clock.instant());
      }
      case WorkspaceJobs.DROP -> {
        long _ = jobs.acceptHidden(project, WorkspaceService.removal(id));
      }
      case WorkspaceJobs.ADD_LOGIN, WorkspaceJobs.DROP_LOGIN -> {
        // A creation that was given up may be carried out by nobody any more: there is nothing to
        // remove.
        long login = WorkspaceJobs.loginId(job.params());
        boolean _ = rows.hideLogin(id, login);
        if (job.operation().equals(WorkspaceJobs.DROP_LOGIN)) {
          long _ = jobs.acceptHidden(project, WorkspaceLogins.removal(id, login));
        }
      }
      case WorkspaceJobs.EXPORT ->
          files.discard(Objects.requireNonNull(job.fileId(), "an export writes a file"));
      default -> {}
    }
    JobError error = outcome.error();
    events.append(
        job.origin(),
        Event.of(
                "storage." + job.operation() + "Error",
                "Job %d on workspace %d failed: %s"
                    .formatted(job.id(), id, error == null ? "" : error.message()),
                Workspace.object(id))
            .as("error")
            .with(job.params())
            .resulting(
                error == null
                    ? Map.of()
                    : Map.of("code", error.code(), "exceptionId", error.exceptionId())));
    return null;
  }

  private void loaded(EndedJob job, long id) {
    if (!(job.params().get("input") instanceof List<?> inputs)) {
      return;
    }
    for (Object each : inputs) {
      if (each instanceof Map<?, ?> input) {
        Object file = input.get("dataFileId");
        String source = String.valueOf(file == null ? input.get("source") : file);
        String kind = file == null ? "table" : "file";
        events.append(
            job.origin(),
            Event.of(
                    "storage.workspaceLoaded",
                    "Loaded %s %s into workspace %d".formatted(kind, source, id),
                    new AuditObject(kind, source, source.substring(source.lastIndexOf('.') + 1)))
                .as("success")
                .with(
                    new JsonFields()
                        .put("workspaceId", Long.toString(id))
                        .put(file == null ? "source" : "dataFileId", source)
                        .put("destination", input.get("destination"))
                        .put("incremental", input.get("incremental"))
                        .map()));
      }
    }
  }

  private Map<String, Object> exported(EndedJob job, long id, JobOutcome outcome) {
    long fileId = Objects.requireNonNull(job.fileId(), "an export writes a file");
    ExportReceipt export =
        Objects.requireNonNull(outcome.export(), "a successful export has a receipt");
    files.written(fileId, export.slices().stream().mapToLong(Slice::bytes).sum());
    events.append(
        job.origin(),
        Event.of(
                "storage.workspaceTableExported",
                "Exported table %s of workspace %d".formatted(job.params().get("tableName"), id),
                Workspace.object(id))
            .as("success")
            .with(job.params())
            .resulting(new JsonFields().put("rowsCount", export.rows()).map())
            .attaching(List.of(fileId)));
    return new JsonFields().put("file", new JsonFields().put("id", fileId).map()).map();
  }

  private void tell(EndedJob job, long id, String name, String message) {
    events.append(job.origin(), Event.of(name, message, Workspace.object(id)).as("success"));
  }
}
