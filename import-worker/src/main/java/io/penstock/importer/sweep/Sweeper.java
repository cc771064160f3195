package io.penstock.importer.sweep;

import io.penstock.importer.sweep.TableRelations.Relation;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.warehouse.Catalogue;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.Identifiers;
import io.penstock.warehouse.RetiredGeneration;
import io.penstock.warehouse.RetiredGenerations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops generations and staging tables that nothing refers to. Kept are the current generation, the
 * one that it replaced for the time of undoing, and everything of a job that has not ended.
 * Thread-safe.
 */
public final class Sweeper {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final int TABLES_AT_ONCE = 3;
  private static final String ENDED =
      "SELECT job_id FROM _penstock.job_ledger WHERE job_id = ANY (?)";

  private final Duration keepPrevious;

  /**
   * @param keepPrevious how long a replaced generation stays; only the latest of them does
   */
  public Sweeper(Duration keepPrevious) {
    this.keepPrevious = keepPrevious;
  }

  /**
   * Sweeps some tables of the project whose replaced rows have been kept long enough, or that were
   * dropped while somebody read them, so that they go without a further job on those tables.
   */
  public void sweepDue(Connection connection) throws SQLException {
    List<Long> due =
        new ArrayList<>(RetiredGenerations.due(connection, keepPrevious, TABLES_AT_ONCE));
    due.addAll(TableRelations.withoutCatalogue(connection, TABLES_AT_ONCE));
    connection.rollback();
    for (long tableId : due) {
      sweep(connection, tableId);
    }
  }

  /**
   * Sweeps one table, in transactions of its own. What somebody is reading stays for the next time.
   *
   * @return names of the tables that were dropped
   */
  public List<String> sweep(Connection connection, long tableId) throws SQLException {
    List<Relation> relations = TableRelations.list(connection, tableId);
    Optional<Long> current = Catalogue.find(connection, tableId).map(CatalogueRow::generation);
    List<RetiredGeneration> retired = RetiredGenerations.ofTable(connection, tableId, keepPrevious);
    boolean onlyCurrent =
        relations.isEmpty() || (relations.size() == 1 && isCurrent(relations.getFirst(), current));
    if (onlyCurrent && retired.isEmpty()) {
      connection.rollback();
      return List.of();
    }
    Set<Long> ended = ended(connection, relations);
    connection.rollback();
    Set<Long> kept = new HashSet<>();
    current.ifPresent(kept::add);
    retired.stream()
        .filter(each -> isPrevious(each, current) && !each.overdue())
        .forEach(each -> kept.add(each.generation()));
    List<String> dropped = new ArrayList<>();
    for (Relation relation : relations) {
      boolean wanted = relation.isGeneration() && kept.contains(relation.jobId());
      if (!wanted && ended.contains(relation.jobId()) && drop(connection, tableId, relation)) {
        dropped.add(relation.name());
      }
    }
    forget(connection, retired, kept, current);
    return dropped;
  }

  /** What was retired and is no longer there; that of the current one is remembered. */
  private static void forget(
      Connection connection,
      List<RetiredGeneration> retired,
      Set<Long> kept,
      Optional<Long> current)
      throws SQLException {
    for (RetiredGeneration each : retired) {
      boolean remember = isPrevious(each, current);
      boolean known = remember && each.goneAt() != null;
      if (!known && !kept.contains(each.generation()) && !isThere(connection, each)) {
        RetiredGenerations.gone(connection, each.tableId(), each.generation(), remember);
      }
    }
    connection.commit();
  }

  private static boolean isCurrent(Relation relation, Optional<Long> current) {
    return relation.isGeneration() && current.equals(Optional.of(relation.jobId()));
  }

  private static boolean isPrevious(RetiredGeneration retired, Optional<Long> current) {
    return current.equals(Optional.of(retired.retiredBy()));
  }

  private static boolean isThere(Connection connection, RetiredGeneration retired)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      statement.setString(1, retired.table());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  private static Optional<Long> held(Statement statement, long tableId) throws SQLException {
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT generation FROM _penstock.catalogue WHERE table_id = %d FOR SHARE"
                .formatted(tableId))) {
      return rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty();
    }
  }

  private static Set<Long> ended(Connection connection, List<Relation> relations)
      throws SQLException {
    Set<Long> ended = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(ENDED)) {
      statement.setArray(
          1,
          connection.createArrayOf(
              "bigint", relations.stream().map(Relation::jobId).distinct().toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          ended.add(rows.getLong(1));
        }
      }
    }
    return ended;
  }

  /** An undo may just be making it the current one again: so the pointer is held meanwhile. */
  private static boolean drop(Connection connection, long tableId, Relation relation)
      throws SQLException {
    String name = relation.name();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = '200ms'");
      if (isCurrent(relation, held(statement, tableId))) {
        connection.rollback();
        return false;
      }
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
}
