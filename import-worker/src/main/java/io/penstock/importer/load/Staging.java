package io.penstock.importer.load;

import io.penstock.importer.csv.CsvFault;
import io.penstock.importer.csv.CsvProblem.Kind;
import io.penstock.importer.ledger.RunningJob;
import io.penstock.warehouse.RowTimes;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Brings a load's records into its {@link TargetTable}, verbatim where COPY can read the file and
 * translated where it cannot, one object after the other or several at once.
 *
 * <p>In order: the table comes into being in the very transaction that fills it. PostgreSQL then
 * appends without looking for free space in earlier pages, so that the order of {@code ctid} is the
 * order of the records, see {@link DuplicateKeys}. Side by side that order is lost; who needs it (a
 * key that comes twice) stages again in order.
 */
final class Staging {
  private final RunningJob job;
  private final SourceReader source;
  private final TargetTable target;
  private final int connections;

  /**
   * @param connections at most so many at once, the job's own included
   */
  Staging(RunningJob job, SourceReader source, TargetTable target, int connections) {
    this.job = job;
    this.source = source;
    this.target = target;
    this.connections = connections;
  }

  /** As fast as it goes; the transaction is open. */
  Staged stage() throws IOException, SQLException {
    return translatedIfNeeded(connections);
  }

  /** Once more, so that {@code ctid} has the records' order; the transaction is open. */
  Staged stageInOrder() throws IOException, SQLException {
    job.connection().rollback();
    return translatedIfNeeded(1);
  }

  private Staged translatedIfNeeded(int atOnce) throws IOException, SQLException {
    try {
      return attempt(atOnce);
    } catch (CsvFault e) {
      if (e.kind() != Kind.MIXED_LINE_ENDS || source.isTranslating()) {
        throw e;
      }
    }
    job.connection().rollback();
    source.translate();
    return attempt(atOnce);
  }

  private Staged attempt(int atOnce) throws IOException, SQLException {
    Staged staged = copied(atOnce);
    if (staged.plan().hasTimes()) {
      RowTimes.convert(job.connection(), target.name());
    }
    return staged;
  }

  private Staged copied(int atOnce) throws IOException, SQLException {
    int objects = source.begin();
    Optional<OpenObject> found = Optional.empty();
    for (int i = 0; i < objects && found.isEmpty(); i++) {
      found = source.open(i);
    }
    if (found.isEmpty()) {
      ColumnPlan plan = source.planWithoutObjects();
      target.create(job.connection(), plan);
      return new Staged(plan, 0, true);
    }
    try (OpenObject first = found.get()) {
      ColumnPlan plan = source.plan(first);
      target.create(job.connection(), plan);
      int after = first.index() + 1;
      if (atOnce == 1 || after == objects) {
        return new Staged(plan, inOrder(plan, first, objects), true);
      }
      long oid = target.oid(job.connection());
      job.connection().commit();
      ParallelCopy copy = new ParallelCopy(job, source, target, plan, oid, objects);
      long rows = copy.run(first, Math.min(atOnce, objects - first.index()));
      if (plan.hasTimes()) {
        target.hold(job.connection(), oid);
      }
      return new Staged(plan, rows, false);
    }
  }

  private long inOrder(ColumnPlan plan, OpenObject first, int objects)
      throws IOException, SQLException {
    Connection connection = job.connection();
    long rows = target.copy(connection, plan, first.input(), () -> false);
    source.count(first);
    for (int i = first.index() + 1; i < objects; i++) {
      Optional<OpenObject> found = source.open(i);
      if (found.isPresent()) {
        try (OpenObject object = found.get()) {
          source.enter(object, plan);
          rows += target.copy(connection, plan, object.input(), () -> false);
          source.count(object);
        }
      }
    }
    return rows;
  }

  /**
   * What is in the table now.
   *
   * @param ordered whether {@code ctid} has the records' order
   */
  record Staged(ColumnPlan plan, long rows, boolean ordered) {}
}
