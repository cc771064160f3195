package io.penstock.storage.token;

import io.penstock.model.Secret;
import io.penstock.storage.web.Timestamps;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The contract's token object (chapter 2.2). */
@Component
class TokenJson {
  private final TokenPermissions permissions;
  private final OwnerJson owners;
  private final Clock clock;

  TokenJson(TokenPermissions permissions, OwnerJson owners, Clock clock) {
    this.permissions = permissions;
    this.owners = owners;
    this.clock = clock;
  }

  /** Which parts an answer has beside the token itself. */
  enum Form {
    /** Create and list: the owner's id and name. */
    SHORT,
    /** Detail: with the organisation. */
    DETAIL,
    /** Verify: with the organisation and {@code componentAccess} even when empty. */
    VERIFY
  }

  /** Many tokens, with one query for all their permissions. */
  List<Map<String, Object>> list(long projectId, List<Token> tokens, String baseUrl) {
    Map<Long, Map<String, String>> granted = permissions.ofProject(projectId);
    Map<String, String> all = permissions.managingAll(projectId);
    Map<String, Object> owner = owners.brief(projectId);
    return tokens.stream()
        .map(
            token -> {
              Map<String, Object> json = common(token, null, baseUrl, Form.SHORT);
              json.put(
                  "bucketPermissions",
                  token.canManageBuckets() ? all : granted.getOrDefault(token.id(), Map.of()));
              json.put("owner", owner);
              return json;
            })
        .toList();
  }

  /** One token; {@code text} only where the caller may see it. */
  Map<String, Object> one(Token token, @Nullable Secret text, String baseUrl, Form form) {
    Map<String, Object> json = common(token, text, baseUrl, form);
    json.put(
        "bucketPermissions",
        token.canManageBuckets()
            ? permissions.managingAll(token.projectId())
            : permissions.ofProject(token.projectId()).getOrDefault(token.id(), Map.of()));
    if (form == Form.SHORT) {
      json.put("owner", owners.brief(token.projectId()));
    } else {
      OwnerJson.Owner owner = owners.full(token.projectId());
      json.put("organization", Map.of("id", Long.toString(owner.organisationId())));
      json.put("owner", owner.json());
    }
    return json;
  }

  private Map<String, Object> common(
      Token token, @Nullable Secret text, String baseUrl, Form form) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", Long.toString(token.id()));
    if (text != null) {
      json.put("token", text.reveal());
    }
    json.put("created", Timestamps.format(token.createdAt()));
    json.put("refreshed", Timestamps.format(token.refreshedAt()));
    json.put("description", token.description());
    json.put("uri", baseUrl + "/v2/storage/tokens/" + token.id());
    json.put("isMasterToken", token.master());
    json.put("canManageBuckets", token.canManageBuckets());
    json.put("canManageTokens", token.master());
    json.put("canReadAllFileUploads", token.canReadAllFiles());
    json.put("canPurgeTrash", token.canPurgeTrash());
    json.put("canManageProtectedDefaultBranch", false);
    json.put("canCreateJobs", false);
    json.put("canManageDevBranches", false);
    json.put("canReadAllProjectEvents", token.master());
    json.put("expires", Timestamps.formatOrNull(token.expiresAt()));
    json.put(
        "isExpired", token.expiresAt() != null && !clock.instant().isBefore(token.expiresAt()));
    json.put("isDisabled", token.isDisabled());
    json.put("isBYODB", false);
    json.put("dailyCapacity", 0);
    if (form == Form.VERIFY || !token.componentAccess().isEmpty()) {
      json.put("componentAccess", token.componentAccess());
    }
    Long personId = token.personId();
    if (personId != null) {
      json.put("admin", owners.admin(personId, token.projectId()));
    } else if (token.creatorId() != null) {
      Map<String, Object> creator = new LinkedHashMap<>();
      creator.put("id", token.creatorId());
      creator.put("description", token.creatorDescription());
      json.put("creatorToken", creator);
    }
    return json;
  }
}
