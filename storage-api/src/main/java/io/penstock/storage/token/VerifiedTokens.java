package io.penstock.storage.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.access.SharedRead;
import io.penstock.storage.record.Question;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.RecordedReads;
import io.penstock.storage.web.ServedRequest;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCallback;
import org.springframework.stereotype.Component;

/**
 * What {@code tokens/verify} shows, the call that clients begin everything with: one read for all
 * who ask at the same time. Thread-safe.
 */
@Component
class VerifiedTokens implements Question<VerifiedTokens.Verified> {
  /**
   * The tokens; the buckets of the projects that one of them manages; the projects, with their
   * counters last. One journey for all three.
   */
  private static final String READ =
      """
      %s t.id = ANY(%4$s);
      %s project_id = ANY(ARRAY(SELECT project_id FROM token WHERE id = ANY(%4$s) AND can_manage_buckets))
      ORDER BY id;
      %s p.id = ANY(ARRAY(SELECT project_id FROM token WHERE id = ANY(%4$s)))
      """
          .formatted(TokenRows.SELECT, TokenRows.MANAGED, OwnerJson.FULL, SharedRead.keys("?"));

  /** Parameters of {@link #READ}, each the array of the tokens. */
  private static final int PARAMETERS = 3;

  /** Buckets and tables that are read for a token together with records, which others wait for. */
  private static final int FEW = 500;

  private final JdbcTemplate jdbc;
  private final Callers callers;
  private final RecordedReads recorded;
  private final SharedRead<Long, Verified> read = new SharedRead<>(this::readAlone);

  /**
   * What was read last, for nobody to rely on: whoever reads the same gets the same object, for as
   * long as somebody else keeps it.
   */
  private final Cache<Long, Verified> seen = Caffeine.newBuilder().weakValues().build();

  VerifiedTokens(JdbcTemplate jdbc, Callers callers, RecordedReads recorded) {
    this.jdbc = jdbc;
    this.callers = callers;
    this.recorded = recorded;
  }

  /**
   * A token with what its answer has beside it.
   *
   * @param permissions by bucket id, each bucket of the project for a token that manages all
   * @param revocation the project's counter, read after the token
   * @param tables of the project, whose sizes are in the answer
   */
  record Verified(
      Token token,
      Map<String, String> permissions,
      Map<String, Object> owner,
      long revocation,
      long tables) {}

  /** Who the caller is now, and what it may see of itself. */
  record Answer(Caller caller, Verified own) {}

  /**
   * The caller's own token, read as the call is recorded where that is a small thing. A caller who
   * is only remembered is compared here with what is read, and resolved where the counter has
   * moved.
   *
   * @throws io.penstock.model.PlatformException the refusal of a token that is not valid any more
   */
  Answer of(Caller remembered) {
    boolean statusIsOpen = ServedRequest.current().filter(ServedRequest::isConditional).isPresent();
    long id = remembered.tokenId();
    Optional<Verified> read =
        statusIsOpen || !isSmall(id) ? this.read.of(id) : recorded.ok(this, id);
    if (read.isEmpty() && Call.current().isRecorded()) {
      read = this.read.of(id);
    }
    if (read.isPresent() && read.get().revocation() == remembered.revocation()) {
      return new Answer(remembered, read.get());
    }
    Caller caller = callers.resolve(remembered.token().reveal());
    Call.current().resolvedAs(caller);
    return new Answer(caller, this.read.of(caller.tokenId()).orElseThrow(Callers::invalid));
  }

  /** As far as it was seen before; it cannot have become very large since then. */
  private boolean isSmall(long id) {
    Verified before = seen.getIfPresent(id);
    return before != null && before.permissions().size() + before.tables() <= FEW;
  }

  private Verified asSeen(Verified now) {
    Verified before = seen.getIfPresent(now.token().id());
    if (before != null && before.equals(now)) {
      return before;
    }
    seen.put(now.token().id(), now);
    return now;
  }

  private Map<Long, Verified> readAlone(Set<Long> ids) {
    Long[] wanted = ids.toArray(Long[]::new);
    return Objects.requireNonNull(
        jdbc.execute(
            READ,
            (PreparedStatementCallback<Map<Long, Verified>>)
                statement -> {
                  Array array = statement.getConnection().createArrayOf("bigint", wanted);
                  for (int i = 1; i <= PARAMETERS; i++) {
                    statement.setArray(i, array);
                  }
                  statement.execute();
                  return results(statement);
                }));
  }

  @Override
  public String sql() {
    return READ;
  }

  @Override
  public int parameters() {
    return PARAMETERS;
  }

  @Override
  public Map<Long, Verified> results(PreparedStatement executed) throws SQLException {
    List<Token> tokens = new ArrayList<>();
    each(executed, rs -> tokens.add(TokenRows.token(rs)));
    Map<Long, Map<String, String>> managed = new HashMap<>();
    requireNext(executed);
    each(executed, rs -> TokenRows.addManaged(rs, managed));
    Map<Long, OwnerJson.Owner> owners = new HashMap<>();
    requireNext(executed);
    each(executed, rs -> OwnerJson.add(rs, owners));
    Map<Long, Verified> found = new HashMap<>();
    for (Token token : tokens) {
      Map<String, String> permissions =
          token.canManageBuckets()
              ? managed.getOrDefault(token.projectId(), Map.of())
              : token.permissions();
      OwnerJson.Owner owner = Objects.requireNonNull(owners.get(token.projectId()));
      found.put(
          token.id(),
          asSeen(
              new Verified(token, permissions, owner.json(), owner.revocation(), owner.tables())));
    }
    return found;
  }

  private static void requireNext(PreparedStatement statement) throws SQLException {
    if (!statement.getMoreResults()) {
      throw new SQLException("A read of three statements had fewer results");
    }
  }

  private interface RowReader {
    void read(ResultSet rs) throws SQLException;
  }

  private static void each(PreparedStatement statement, RowReader reader) throws SQLException {
    try (ResultSet rs = statement.getResultSet()) {
      while (rs.next()) {
        reader.read(rs);
      }
    }
  }
}
