package io.penstock.storage.token;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A token as answers show it; nothing of its secret.
 *
 * @param person whose master token it is; null for all others
 * @param permissions by bucket id such as {@code in.c-main}; empty where all buckets are managed
 */
record Token(
    long id,
    long projectId,
    String description,
    @Nullable Person person,
    @Nullable Long creatorId,
    @Nullable String creatorDescription,
    boolean canManageBuckets,
    boolean canReadAllFiles,
    boolean canPurgeTrash,
    List<String> componentAccess,
    Instant createdAt,
    Instant refreshedAt,
    @Nullable Instant expiresAt,
    boolean disabled,
    Map<String, String> permissions) {

  /**
   * The contract's {@code admin}.
   *
   * @param role in the project
   */
  record Person(long id, String name, String role, boolean inOrganisation, boolean active) {}

  boolean master() {
    return person != null;
  }

  boolean canManageTokens() {
    return person != null && person.role().equals("admin");
  }
}
