package io.penstock.storage.event;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.HashMap;
import java.util.Map;

/**
 * How many exports are under way at once: so many in all, and few of one project, which cannot keep
 * the others out by reading slowly. Thread-safe.
 */
final class ExportPlaces {
  static final int IN_ALL = 8;
  static final int OF_A_PROJECT = 2;

  private final Map<Long, Integer> taken = new HashMap<>();
  private int all;

  /**
   * Takes a place, which is given back by {@link #leave}.
   *
   * @throws PlatformException {@code TOO_MANY_REQUESTS} when the project has as many as it may,
   *     {@code UNAVAILABLE} when all together have
   */
  synchronized void take(long projectId) {
    int own = taken.getOrDefault(projectId, 0);
    if (own == OF_A_PROJECT) {
      throw new PlatformException(
          ErrorCode.TOO_MANY_REQUESTS,
          "%d exports of this project are under way: wait until one has ended, or break one off"
              .formatted(OF_A_PROJECT));
    }
    if (all == IN_ALL) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "Too many exports are under way, try again later");
    }
    taken.put(projectId, own + 1);
    all++;
  }

  synchronized void leave(long projectId) {
    taken.computeIfPresent(projectId, (_, own) -> own == 1 ? null : own - 1);
    all--;
  }
}
