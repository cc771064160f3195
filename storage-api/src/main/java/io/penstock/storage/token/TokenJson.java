package io.penstock.storage.token;

import io.penstock.model.Secret;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The contract's token object (chapter 2.2). */
@Component
class TokenJson {
  private final TokenRows rows;
  private final OwnerJson owners;
  private final Clock clock;

  TokenJson(TokenRows rows, OwnerJson owners, Clock clock) {
    this.rows = rows;
    this.owners = owners;
    this.clock = clock;
  }

  /** Which parts an answer has beside the token itself. */
  enum Form {
    /** Create, refresh and list: the owner's id and name. */
    SHORT,
    /** Detail: with the organisation. */
    DETAIL,
    /** Verify: with the organisation and {@code componentAccess} even when empty. */
    VERIFY
  }

  /** Many tokens of one project; the caller's own has its text. */
  List<Map<String, Object>> list(Caller caller, List<Token> tokens) {
    Map<String, String> all =
        tokens.stream().anyMatch(Token::canManageBuckets)
            ? rows.managingAll(caller.projectId())
            : Map.of();
    Map<String, Object> owner = owners.brief(caller.project());
    return tokens.stream()
        .map(
            token ->
                common(token, textFor(caller, token), Form.SHORT)
                    .put("bucketPermissions", token.canManageBuckets() ? all : token.permissions())
                    .put("owner", owner)
                    .map())
        .toList();
  }

  /** One token, with its text where it is the caller's own. */
  Map<String, Object> one(Caller caller, Token token, Form form) {
    return one(caller, token, textFor(caller, token), form);
  }

  /** One token with a text that was just made. */
  Map<String, Object> one(Caller caller, Token token, @Nullable Secret text, Form form) {
    JsonFields json =
        common(token, text, form)
            .put(
                "bucketPermissions",
                token.canManageBuckets()
                    ? rows.managingAll(token.projectId())
                    : token.permissions());
    return form == Form.SHORT
        ? json.put("owner", owners.brief(caller.project())).map()
        : full(json, caller, owners.full(token.projectId()));
  }

  /** The caller's own token, with its text. */
  Map<String, Object> verified(VerifiedTokens.Answer answer) {
    VerifiedTokens.Verified own = answer.own();
    JsonFields json =
        common(own.token(), answer.caller().token(), Form.VERIFY)
            .put("bucketPermissions", own.permissions());
    return full(json, answer.caller(), own.owner());
  }

  private static Map<String, Object> full(
      JsonFields json, Caller caller, Map<String, Object> owner) {
    return json.put("organization", Map.of("id", Long.toString(caller.project().organisationId())))
        .put("owner", owner)
        .map();
  }

  private static @Nullable Secret textFor(Caller caller, Token token) {
    return token.id() == caller.tokenId() ? caller.token() : null;
  }

  private JsonFields common(Token token, @Nullable Secret text, Form form) {
    boolean expired = token.expiresAt() != null && !clock.instant().isBefore(token.expiresAt());
    JsonFields json =
        new JsonFields()
            .put("id", Long.toString(token.id()))
            .putIf(text != null, "token", text == null ? null : text.reveal())
            .put("created", Timestamps.format(token.createdAt()))
            .put("refreshed", Timestamps.format(token.refreshedAt()))
            .put("description", token.description())
            .put("uri", Call.current().baseUrl() + "/v2/storage/tokens/" + token.id())
            .put("isMasterToken", token.master())
            .put("canManageBuckets", token.canManageBuckets())
            .put("canManageTokens", token.canManageTokens())
            .put("canReadAllFileUploads", token.canReadAllFiles())
            .put("canPurgeTrash", token.canPurgeTrash())
            .put("canManageProtectedDefaultBranch", false)
            .put("canCreateJobs", false)
            .put("canManageDevBranches", false)
            .put("canReadAllProjectEvents", token.master())
            .put("expires", Timestamps.formatOrNull(token.expiresAt()))
            .put("isExpired", expired)
            .put("isDisabled", token.disabled())
            .put("isBYODB", false)
            .put("dailyCapacity", 0)
            .putIf(
                form == Form.VERIFY || !token.componentAccess().isEmpty(),
                "componentAccess",
                token.componentAccess());
    return token.person() == null ? creator(json, token) : admin(json, token.person());
  }

  private static JsonFields creator(JsonFields json, Token token) {
    return json.putIf(
        token.creatorId() != null,
        "creatorToken",
        new JsonFields()
            .put("id", token.creatorId())
            .put("description", token.creatorDescription())
            .map());
  }

  private static JsonFields admin(JsonFields json, Token.Person person) {
    return json.put(
        "admin",
        new JsonFields()
            .put("id", person.id())
            .put("name", person.name())
            .put("features", List.of())
            .put("isOrganizationMember", person.inOrganisation())
            .put("role", person.role())
            .put("isActivated", person.active())
            .map());
  }
}
