package io.penstock.storage.token;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Params;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what callers say of tokens, within bounds. */
final class TokenParams {
  private static final long MAX_SECONDS = 100L * 365 * 24 * 3600;
  private static final int MAX_DESCRIPTION = 1000;
  private static final int MAX_COMPONENTS = 1000;
  private static final int MAX_COMPONENT = 255;

  private TokenParams() {}

  /**
   * The token that the caller may create: an administrator any; another person a minimal one, of
   * which only description and lifetime are heard; other tokens none.
   */
  static NewToken created(Caller caller, Params params, Instant now) {
    if (caller.personId() == null) {
      throw Caller.accessDenied();
    }
    String description = params.text("description", "");
    String text =
        bounded(description.isBlank() ? "Created by " + caller.description() : description);
    Instant expires = expires(params, now);
    if (!caller.canManageTokens()) {
      return new NewToken(
          text,
          null,
          caller.tokenId(),
          caller.description(),
          false,
          false,
          false,
          List.of(),
          expires,
          Map.of());
    }
    boolean buckets = params.flag("canManageBuckets", false);
    return new NewToken(
        text,
        null,
        caller.tokenId(),
        caller.description(),
        buckets,
        params.flag("canReadAllFileUploads", false),
        params.flag("canPurgeTrash", false),
        components(params),
        expires,
        buckets ? Map.of() : BucketGrants.of(params.map("bucketPermissions")));
  }

  /** A master token's rights are its person's: only its description can be changed. */
  static TokenChange changed(Token token, Params params, Instant now) {
    String given = params.text("description");
    @Nullable String description = given == null ? null : bounded(given);
    if (token.master()) {
      return new TokenChange(description, null, null, null, null);
    }
    return new TokenChange(
        description,
        params.has("canReadAllFileUploads") ? params.flag("canReadAllFileUploads", false) : null,
        params.has("canPurgeTrash") ? params.flag("canPurgeTrash", false) : null,
        params.has("componentAccess") ? components(params) : null,
        expires(params, now));
  }

  private static List<String> components(Params params) {
    List<String> components = params.list("componentAccess");
    if (components.size() > MAX_COMPONENTS
        || components.stream().anyMatch(id -> id.isBlank() || id.length() > MAX_COMPONENT)) {
      throw new PlatformException(
          ErrorCode.VALIDATION,
          "componentAccess may hold %d ids of 1 to %d characters"
              .formatted(MAX_COMPONENTS, MAX_COMPONENT));
    }
    return components;
  }

  private static @Nullable Instant expires(Params params, Instant now) {
    Long seconds = params.number("expiresIn");
    if (seconds == null) {
      return null;
    }
    if (seconds < 1 || seconds > MAX_SECONDS) {
      throw new PlatformException(
          ErrorCode.VALIDATION, "expiresIn must be a number of seconds from 1 to " + MAX_SECONDS);
    }
    return now.plusSeconds(seconds);
  }

  private static String bounded(String description) {
    if (description.length() > MAX_DESCRIPTION) {
      throw new PlatformException(
          ErrorCode.VALIDATION,
          "description may have %d characters at most".formatted(MAX_DESCRIPTION));
    }
    return description;
  }
}
