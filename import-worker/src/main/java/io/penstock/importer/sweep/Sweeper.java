package io.penstock.importer.sweep;

import io.penstock.importer.sweep.TableRelations.Relation;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.Identifiers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops generations and staging tables that nothing refers to. Kept are the current generation, the
 * one before it for the time of undoing, and everything of a job that has not ended. Thread-safe.
 */
public final class Sweeper {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final String ENDED =
      """
      SELECT job_id, outcome ->> 'status' = 'SUCCESS', recorded_at < clock_timestamp() - ? * interval '1 millisecond'
      FROM _penstock.job_ledger WHERE job_id = ANY (?)""";

  private final Duration keepPrevious;

  /**
   * @param keepPrevious how long a replaced generation stays; only the latest of them does
   */
  public Sweeper(Duration keepPrevious) {
    this.keepPrevious = keepPrevious;
  }

  /**
   * Sweeps one table, in transactions of its own. What somebody is reading stays for the next time.
   *
   * @return names of the tables that were dropped
   */
  public List<String> sweep(Connection connection, long tableId) throws SQLException {
    List<Relation> relations = TableRelations.list(connection, tableId);
    Optional<Long> current = Catalogue.find(connection, tableId).map(CatalogueRow::generation);
    if (relations.isEmpty()
        || (relations.size() == 1 && isCurrent(relations.getFirst(), current))) {
      connection.rollback();
      return List.of();
    }
    Map<Long, Ended> ended = ended(connection, relations);
    connection.rollback();
    Optional<Relation> previous =
        relations.stream()
            .filter(Relation::isGeneration)
            .filter(relation -> !isCurrent(relation, current))
            .filter(relation -> ended.getOrDefault(relation.jobId(), Ended.NOT).success())
            .reduce((_, later) -> later)
            .filter(_ -> !current.map(ended::get).map(Ended::longAgo).orElse(true));
    List<String> dropped = new ArrayList<>();
    for (Relation relation : relations) {
      boolean kept =
          isCurrent(relation, current)
              || previous.equals(Optional.of(relation))
              || !ended.containsKey(relation.jobId());
      if (!kept && drop(connection, relation.name())) {
        dropped.add(relation.name());
      }
    }
    return dropped;
  }

  private static boolean isCurrent(Relation relation, Optional<Long> current) {
    return relation.isGeneration() && current.equals(Optional.of(relation.jobId()));
  }

  private Map<Long, Ended> ended(Connection connection, List<Relation> relations)
      throws SQLException {
    Map<Long, Ended> ended = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(ENDED)) {
      statement.setLong(1, keepPrevious.toMillis());
      statement.setArray(
          2,
          connection.createArrayOf(
              "bigint", relations.stream().map(Relation::jobId).distinct().toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ended.put(rows.getLong(1), new Ended(rows.getBoolean(2), rows.getBoolean(3)));
        }
      }
    }
    return ended;
  }

  private static boolean drop(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = '200ms'");
      statement.execute("DROP TABLE IF EXISTS " + Identifiers.SCHEMA + "." + name);
      connection.commit();
      return true;
    } catch (SQLException e) {
      connection.rollback();
      if (!SqlStates.is(e, SqlStates.LOCK_NOT_AVAILABLE)) {
        throw e;
      }
      LOG.debug("{} is being read, it stays for the next sweep", name);
      return false;
    }
  }

  /**
   * A job's end.
   *
   * @param longAgo the time of undoing is over
   */
  private record Ended(boolean success, boolean longAgo) {
    static final Ended NOT = new Ended(false, false);
  }
}
