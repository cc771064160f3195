package io.penstock.storage.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.aws.Keyring;
import io.penstock.aws.RecipientSeal;
import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.ProjectRoles;
import io.penstock.model.job.RoleCredential;
import io.penstock.model.job.WorkerCredential;
import io.penstock.model.job.WorkspaceSecret;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Makes the message of a job: opens the project's role credential and seals it for the worker,
 * bound to this job. Thread-safe; may ask the key service.
 */
@Component
class JobMessages {
  private final Keyring keyring;
  private final RecipientSeal worker;
  private final DispatchProperties properties;
  private final SealedReaders readers;

  JobMessages(
      Keyring keyring, RecipientSeal worker, DispatchProperties properties, SealedReaders readers) {
    this.readers = readers;
    this.keyring = keyring;
    this.worker = worker;
    this.properties = properties;
  }

  /** A message and where it goes. */
  record Addressed(String queue, JobMessage message) {}

  /**
   * @throws GeneralSecurityException when the project's credential cannot be opened
   */
  Addressed of(Claim claim) throws GeneralSecurityException {
    JobTask task = Json.read(claim.task(), JobTask.class);
    JobMessage open = message(claim, task, "", List.of());
    String secret =
        switch (task) {
          case JobTask.ProvisionProject _ ->
              Json.write(new ProjectRoles(writer(claim), reader(claim)));
          case JobTask.WorkspaceChange _ -> Json.write(workspaceSecret(claim));
          case JobTask.LoadWorkspace _,
              JobTask.ExportWorkspaceTable _,
              JobTask.DefineTable _,
              JobTask.LoadTable _,
              JobTask.RestoreTable _,
              JobTask.CheckLoad _,
              JobTask.ExportTable _,
              JobTask.DropTables _,
              JobTask.UndoImport _,
              JobTask.TableChange _ ->
              Json.write(ofWorker(claim));
        };
    List<JobMessage.Source> sources = sources(claim, task);
    byte[] sealed = worker.seal(secret.getBytes(UTF_8), open.sealContext());
    String queue = task.forProvisioner() ? QueueNames.PROVISION_JOBS : QueueNames.IMPORT_JOBS;
    return new Addressed(
        queue, message(claim, task, Base64.getEncoder().encodeToString(sealed), sources));
  }

  /** A reader's credential of each project that the task reads from beside its own. */
  private List<JobMessage.Source> sources(Claim claim, JobTask task)
      throws GeneralSecurityException {
    List<JobMessage.Source> sources = new ArrayList<>();
    for (SealedReaders.SealedReader other : readers.of(task.otherProjects())) {
      long project = other.projectId();
      byte[] sealed =
          worker.seal(
              Json.write(role(project, other.sealed(), "reader")).getBytes(UTF_8),
              JobMessage.sourceSealContext(claim.id(), project));
      sources.add(
          new JobMessage.Source(
              project, Long.toString(project), Base64.getEncoder().encodeToString(sealed)));
    }
    return sources;
  }

  private JobMessage message(
      Claim claim, JobTask task, String sealedCredential, List<JobMessage.Source> sources) {
    return new JobMessage(
        claim.id(),
        claim.projectId(),
        claim.attempt(),
        claim.attempt() > properties.maxAttempts(),
        Long.toString(claim.projectId()),
        sealedCredential,
        task,
        claim.runId(),
        claim.traceparent(),
        sources);
  }

  private WorkerCredential ofWorker(Claim claim) throws GeneralSecurityException {
    RoleCredential writer = writer(claim);
    return new WorkerCredential(writer.role(), writer.password(), workspaceSecret(claim).worker());
  }

  private WorkspaceSecret workspaceSecret(Claim claim) throws GeneralSecurityException {
    byte[] secret = claim.secret();
    Long workspaceId = claim.workspaceId();
    if (secret == null || workspaceId == null) {
      return new WorkspaceSecret(null, null);
    }
    byte[] context = WorkspaceSecret.context(claim.projectId(), workspaceId);
    return Json.read(
        new String(keyring.open(claim.projectId(), secret, context), UTF_8), WorkspaceSecret.class);
  }

  private RoleCredential writer(Claim claim) throws GeneralSecurityException {
    return role(claim.projectId(), claim.sealedWriter(), "writer");
  }

  private RoleCredential reader(Claim claim) throws GeneralSecurityException {
    return role(claim.projectId(), claim.sealedReader(), "reader");
  }

  private RoleCredential role(long project, byte[] sealed, String name)
      throws GeneralSecurityException {
    byte[] context = "project:%d:%s".formatted(project, name).getBytes(UTF_8);
    return Json.read(
        new String(keyring.open(project, sealed, context), UTF_8), RoleCredential.class);
  }
}
