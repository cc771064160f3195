package io.penstock.storage.access;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Places for what takes long: so many in all, and of one project fewer, which cannot keep the
 * others out by reading or sending slowly. Thread-safe.
 */
public final class ProjectPlaces {
  private final String what;
  private final int inAll;
  private final int ofAProject;
  private final ErrorCode tooManyOfAProject;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private final Map<Long, Integer> taken = new HashMap<>();
  private int all;

  /**
   * A project may have three quarters of them, rounded up, and never all where there are two or
   * more. Clients of the Storage API try again when one is refused.
   *
   * @param what has places, in the plural
   */
  public ProjectPlaces(String what, int inAll) {
    this(
        what,
        inAll,
        Math.clamp((inAll * 3 + 3) / 4, 1, Math.max(1, inAll - 1)),
        ErrorCode.UNAVAILABLE);
  }

  /**
   * A project that has its few is told so, with a code after which few clients try again.
   *
   * @param what has places, in the plural
   */
  public static ProjectPlaces few(String what, int inAll, int ofAProject) {
    return new ProjectPlaces(what, inAll, ofAProject, ErrorCode.TOO_MANY_REQUESTS);
  }

  private ProjectPlaces(String what, int inAll, int ofAProject, ErrorCode tooManyOfAProject) {
    this.what = what;
    this.inAll = inAll;
    this.ofAProject = ofAProject;
    this.tooManyOfAProject = tooManyOfAProject;
  }

  /** Is given back by closing it, once. */
  @FunctionalInterface
  public interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /** Takes a place that is free now, see {@link #take(long, Duration)}. */
  public Place take(long projectId) {
    return take(projectId, Duration.ZERO);
  }

  /**
   * Takes a place, or waits for one.
   *
   * @throws PlatformException when the project has as many as it may; {@code UNAVAILABLE} when all
   *     together have, or the thread was interrupted
   */
  public Place take(long projectId, Duration patience) {
    return take(projectId, 1, patience);
  }

  /**
   * Takes several places at once, for something large; not more than a project may have.
   *
   * @throws PlatformException as {@link #take(long, Duration)}
   */
  public Place take(long projectId, int places, Duration patience) {
    if (places < 1 || places > ofAProject) {
      throw new IllegalArgumentException("A project has 1 to %d places".formatted(ofAProject));
    }
    long nanos = patience.toNanos();
    lock.lock();
    try {
      while (all + places > inAll || own(projectId) + places > ofAProject) {
        if (nanos <= 0) {
          throw refused(projectId, places);
        }
        nanos = left.awaitNanos(nanos);
      }
      taken.merge(projectId, places, Integer::sum);
      all += places;
      return () -> leave(projectId, places);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The call was broken off", e);
    } finally {
      lock.unlock();
    }
  }

  private int own(long projectId) {
    return taken.getOrDefault(projectId, 0);
  }

  private PlatformException refused(long projectId, int places) {
    return own(projectId) + places > ofAProject
        ? new PlatformException(
            tooManyOfAProject,
            "%d %s of this project are under way: wait until one has ended, or break one off"
                .formatted(own(projectId), what))
        : new PlatformException(
            ErrorCode.UNAVAILABLE, "Too many %s are under way, try again later".formatted(what));
  }

  private void leave(long projectId, int places) {
    lock.lock();
    try {
      taken.computeIfPresent(projectId, (_, own) -> own == places ? null : own - places);
      all -= places;
      left.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
