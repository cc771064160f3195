package io.penstock.storage.token;

import io.penstock.storage.access.Permission;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token to issue.
 *
 * @param personId makes it this person's master token, with every right of the project
 * @param permissions by bucket id such as {@code in.c-main}; without meaning where all buckets are
 *     managed
 */
record NewToken(
    String description,
    @Nullable Long personId,
    @Nullable Long creatorId,
    @Nullable String creatorDescription,
    boolean canManageBuckets,
    boolean canReadAllFiles,
    boolean canPurgeTrash,
    List<String> componentAccess,
    @Nullable Instant expiresAt,
    Map<String, Permission> permissions) {

  /** A person's master token. */
  static NewToken master(long personId, String description) {
    return new NewToken(
        description, personId, null, null, true, true, true, List.of(), null, Map.of());
  }
}
