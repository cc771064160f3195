package io.penstock.storage.token;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token to issue.
 *
 * @param personId makes it this person's master token, with every right of the project
 */
public record NewToken(
    String description,
    @Nullable Long personId,
    @Nullable Long creatorId,
    @Nullable String creatorDescription,
    boolean canManageBuckets,
    boolean canReadAllFiles,
    boolean canPurgeTrash,
    List<String> componentAccess,
    @Nullable Instant expiresAt) {

  /** A person's master token. */
  public static NewToken master(long personId, String description) {
    return new NewToken(description, personId, null, null, true, true, true, List.of(), null);
  }
}
