package io.penstock.storage.access;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.Secret;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A resolved token: who calls, for which project, with which rights. A value of one moment: {@code
 * revocation} tells which.
 *
 * @param token the text that the caller sent, for answers about the caller's own token
 * @param personId whose master token it is; null for all others
 * @param canManageTokens the master token of an administrator
 * @param permissions by bucket id; empty for those that may manage all buckets
 * @param revocation the project's counter when this was read
 */
public record Caller(
    Secret token,
    long tokenId,
    String description,
    boolean master,
    @Nullable Long personId,
    boolean canManageBuckets,
    boolean canReadAllFiles,
    boolean canPurgeTrash,
    boolean canManageTokens,
    Set<String> componentAccess,
    @Nullable Instant expiresAt,
    @Nullable Instant projectExpiresAt,
    Map<Long, Permission> permissions,
    ProjectFacts project,
    long revocation) {

  /** What calls need to know of the project. */
  public record ProjectFacts(
      long id,
      String name,
      long organisationId,
      String region,
      String s3Bucket,
      long branchId,
      String backendLabel,
      int fileRetentionDays) {}

  public long projectId() {
    return project.id();
  }

  /** Whether the caller may work with the component's configurations and triggers. */
  public boolean mayConfigure(String component) {
    return master || canManageBuckets || componentAccess.contains(component);
  }

  /** Whether the caller may do this with the bucket. */
  public boolean may(Permission permission, long bucketId) {
    if (master || canManageBuckets) {
      return true;
    }
    Permission granted = permissions.get(bucketId);
    return granted != null && granted.includes(permission);
  }

  /** Refuses with 403 what the caller may not do. */
  public void require(Permission permission, long bucketId) {
    if (!may(permission, bucketId)) {
      throw accessDenied();
    }
  }

  /** The contract's 403. */
  public static PlatformException accessDenied() {
    return new PlatformException(ErrorCode.ACCESS_DENIED, "You don't have access to resource.");
  }

  /** Whether this is the same caller with the same rights, whatever the counter says. */
  public boolean sameRightsAs(Caller other) {
    return tokenId == other.tokenId
        && master == other.master
        && canManageBuckets == other.canManageBuckets
        && canReadAllFiles == other.canReadAllFiles
        && canPurgeTrash == other.canPurgeTrash
        && canManageTokens == other.canManageTokens
        && componentAccess.equals(other.componentAccess)
        && permissions.equals(other.permissions);
  }
}
