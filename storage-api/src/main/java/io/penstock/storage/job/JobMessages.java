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
import java.security.GeneralSecurityException;
import java.util.Base64;
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

  JobMessages(Keyring keyring, RecipientSeal worker, DispatchProperties properties) {
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
    JobMessage open = message(claim, task, "");
    String secret =
        switch (task) {
          case JobTask.ProvisionProject _ ->
              Json.write(new ProjectRoles(writer(claim), reader(claim)));
          case JobTask.DefineTable _,
              JobTask.LoadTable _,
              JobTask.ExportTable _,
              JobTask.DropTables _,
              JobTask.UndoImport _,
              JobTask.TableChange _ ->
              Json.write(writer(claim));
        };
    byte[] sealed = worker.seal(secret.getBytes(UTF_8), open.sealContext());
    String queue =
        task instanceof JobTask.ProvisionProject
            ? QueueNames.PROVISION_JOBS
            : QueueNames.IMPORT_JOBS;
    return new Addressed(queue, message(claim, task, Base64.getEncoder().encodeToString(sealed)));
  }

  private JobMessage message(Claim claim, JobTask task, String sealedCredential) {
    return new JobMessage(
        claim.id(),
        claim.projectId(),
        claim.attempt(),
        claim.attempt() > properties.maxAttempts(),
        Long.toString(claim.projectId()),
        sealedCredential,
        task,
        claim.runId(),
        claim.traceparent());
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
