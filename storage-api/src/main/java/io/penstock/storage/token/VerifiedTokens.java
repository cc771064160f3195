package io.penstock.storage.token;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.access.SharedRead;
import io.penstock.storage.web.Call;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
  private final Callers callers;
  private final SharedRead<Long, Verified> read = new SharedRead<>(this::read);

  VerifiedTokens(TokenRows rows, OwnerJson owners, Callers callers) {
    this.rows = rows;
    this.owners = owners;
    this.callers = callers;
  }

  /**
   * A token with what its answer has beside it.
   *
   * @param permissions by bucket id, each bucket of the project for a token that manages all
   * @param revocation the project's counter, read after the token
   */
  record Verified(
      Token token, Map<String, String> permissions, Map<String, Object> owner, long revocation) {}

  /** Who the caller is now, and what it may see of itself. */
  record Answer(Caller caller, Verified own) {}

  /**
   * The caller's own token. A caller who is only remembered is compared here with what is read, and
   * resolved where the counter has moved.
   *
   * @throws io.penstock.model.PlatformException the refusal of a token that is not valid any more
   */
  Answer of(Caller remembered) {
    Optional<Verified> read = this.read.of(remembered.tokenId());
    if (read.isPresent() && read.get().revocation() == remembered.revocation()) {
      return new Answer(remembered, read.get());
    }
    Caller caller = callers.resolve(remembered.token().reveal());
    Call.current().resolvedAs(caller);
    return new Answer(caller, this.read.of(caller.tokenId()).orElseThrow(Callers::invalid));
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
    Map<Long, OwnerJson.Owner> owner =
        owners.full(tokens.stream().map(Token::projectId).distinct().toList());
    Map<Long, Verified> found = new HashMap<>();
    for (Token token : tokens) {
      Map<String, String> permissions =
          token.canManageBuckets()
              ? managed.getOrDefault(token.projectId(), Map.of())
              : token.permissions();
      OwnerJson.Owner project = Objects.requireNonNull(owner.get(token.projectId()));
      found.put(token.id(), new Verified(token, permissions, project.json(), project.revocation()));
    }
    return found;
  }
}
