package io.penstock.storage.token;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.access.SharedRead;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * What {@code tokens/verify} shows, the call that clients begin everything with: three statements
 * for all who ask at the same time, never three for each. Thread-safe.
 */
@Component
class VerifiedTokens {
  private final TokenRows rows;
  private final OwnerJson owners;
  private final SharedRead<Long, Verified> read = new SharedRead<>(this::read);

  VerifiedTokens(TokenRows rows, OwnerJson owners) {
    this.rows = rows;
    this.owners = owners;
  }

  /**
   * A token with what its answer has beside it.
   *
   * @param permissions by bucket id, each bucket of the project for a token that manages all
   */
  record Verified(Token token, Map<String, String> permissions, Map<String, Object> owner) {}

  /** The caller's own token; the refusal of an invalid one where it was deleted meanwhile. */
  Verified of(Caller caller) {
    return read.of(caller.tokenId()).orElseThrow(Callers::invalid);
  }

  private Map<Long, Verified> read(Set<Long> ids) {
    List<Token> tokens = rows.ofIds(ids);
    Map<Long, Map<String, String>> managed =
        rows.managingAll(
            tokens.stream()
                .filter(Token::canManageBuckets)
                .map(Token::projectId)
                .distinct()
                .toList());
    Map<Long, Map<String, Object>> owner =
        owners.full(tokens.stream().map(Token::projectId).distinct().toList());
    Map<Long, Verified> found = new HashMap<>();
    for (Token token : tokens) {
      Map<String, String> permissions =
          token.canManageBuckets()
              ? managed.getOrDefault(token.projectId(), Map.of())
              : token.permissions();
      found.put(
          token.id(),
          new Verified(token, permissions, Objects.requireNonNull(owner.get(token.projectId()))));
    }
    return found;
  }
}
