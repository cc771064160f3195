package io.penstock.importer.load;

import io.penstock.importer.ledger.RunningJob;
import io.penstock.model.PlatformException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies a load's objects over several connections into one table that is committed but unknown.
 * Each connection takes the next object when it has ended one, in a transaction of its own that
 * holds the table. The job's own connection works on the caller's thread; a connection that the
 * server does not grant is done without. Used once.
 */
final class ParallelCopy {
  private static final Logger LOG = LoggerFactory.getLogger(ParallelCopy.class);

  private final RunningJob job;
  private final SourceReader source;
  private final TargetTable target;
  private final ColumnPlan plan;
  private final long oid;
  private final int objects;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong rows = new AtomicLong();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();

  ParallelCopy(
      RunningJob job,
      SourceReader source,
      TargetTable target,
      ColumnPlan plan,
      long oid,
      int objects) {
    this.job = job;
    this.source = source;
    this.target = target;
    this.plan = plan;
    this.oid = oid;
    this.objects = objects;
  }

  /**
   * Copies everything and commits.
   *
   * @param first open already, its header taken
   * @return rows
   * @throws PlatformException of the foremost object, where one is at fault
   */
  long run(OpenObject first, int connections) throws IOException, SQLException {
    next.set(first.index() + 1);
    ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();
    try {
      for (int i = 1; i < connections; i++) {
        others.execute(this::other);
      }
      guarded(job.connection(), first);
      awaitEnd(others);
    } finally {
      others.shutdownNow(); // an interrupt closes their connections, not the job's
      others.close();
    }
    Failure failure = failures.stream().min(Comparator.naturalOrder()).orElse(null);
    if (failure != null) {
      failure.rethrow();
    }
    return rows.get();
  }

  private static void awaitEnd(ExecutorService others) throws SQLException {
    others.shutdown();
    try {
      if (!others.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("A wait without an end has ended");
      }
    } catch (InterruptedException e) {
      throw new SQLException("The worker stops, or the job's time is over", "57014", e);
    }
  }

  private void other() {
    try (Connection connection = job.connectAgain()) {
      connection.setAutoCommit(false);
      guarded(connection, null);
    } catch (SQLException e) {
      // Not one object was taken by it.
      LOG.info("Job {} goes on with fewer connections: {}", job.id(), e.toString());
    }
  }

  private void guarded(Connection connection, @Nullable OpenObject begun) {
    int at = begun == null ? Integer.MAX_VALUE : begun.index();
    try {
      target.hold(connection, oid);
      if (begun != null) {
        copy(connection, begun);
      }
      for (at = next.getAndIncrement(); at < objects && !hasFailed(); at = next.getAndIncrement()) {
        Optional<OpenObject> found = source.open(at);
        if (found.isPresent()) {
          try (OpenObject object = found.get()) {
            source.enter(object, plan);
            copy(connection, object);
          }
        }
      }
      if (hasFailed()) {
        connection.rollback();
      } else {
        connection.commit();
      }
    } catch (IOException | SQLException | RuntimeException e) {
      failures.add(new Failure(at, hasFailed(), e));
    } catch (Error e) { // else the object would be missing, and nobody would know
      failures.add(new Failure(at, hasFailed(), new IllegalStateException(e)));
    }
  }

  private void copy(Connection connection, OpenObject object) throws IOException, SQLException {
    rows.addAndGet(target.copy(connection, plan, object.input(), this::hasFailed));
    source.count(object);
  }

  private boolean hasFailed() {
    return !failures.isEmpty();
  }

  /**
   * Why a connection stopped; the smallest is what is told.
   *
   * @param object its index
   * @param follows it was stopped because another one failed
   */
  private record Failure(int object, boolean follows, Exception cause)
      implements Comparable<Failure> {

    @Override
    public int compareTo(Failure other) {
      return Comparator.comparing(
              (Failure failure) -> !(failure.cause instanceof PlatformException))
          .thenComparing(Failure::follows)
          .thenComparingInt(Failure::object)
          .compare(this, other);
    }

    void rethrow() throws IOException, SQLException {
      switch (cause) {
        case IOException e -> throw e;
        case SQLException e -> throw e;
        case RuntimeException e -> throw e;
        default -> throw new IllegalStateException(cause);
      }
    }
  }
}
