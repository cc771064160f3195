package io.penstock.storage.workspace;

import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.job.WorkspaceNames;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A workspace with what its answers say of its project and creator.
 *
 * @param personId whose master token made it; null for all other tokens
 * @param sealedWorker log-in of the role that reads it for import-worker
 */
record Workspace(
    long id,
    long projectId,
    long tokenId,
    String creatorDescription,
    @Nullable Long personId,
    @Nullable String personName,
    boolean login,
    @Nullable String backendSize,
    int statementTimeoutSeconds,
    byte[] sealedWorker,
    Instant createdAt,
    String backendLabel,
    String region) {

  WorkspaceNames names() {
    return new WorkspaceNames(projectId, id);
  }

  AuditObject object() {
    return object(id);
  }

  static AuditObject object(long id) {
    return new AuditObject("workspace", Long.toString(id), "workspace_" + id);
  }
}
