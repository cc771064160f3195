package io.penstock.storage.table;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connections that nobody uses right now, the least recently used first. Thread-safe. */
final class IdleConnections {
  private static final int VALIDATION_SECONDS = 2;

  private record Kept(long projectId, Connection connection) {}

  private final int max;
  private final Deque<Kept> kept = new ArrayDeque<>();
  private boolean closed;

  IdleConnections(int max) {
    this.max = max;
  }

  /** The project's most recently used one that still answers; null where there is none. */
  @Nullable Connection take(long projectId) {
    for (Connection found = remove(projectId); found != null; found = remove(projectId)) {
      if (isAlive(found)) {
        return found;
      }
      close(found);
    }
    return null;
  }

  private synchronized @Nullable Connection remove(long projectId) {
    for (Iterator<Kept> newestFirst = kept.descendingIterator(); newestFirst.hasNext(); ) {
      Kept each = newestFirst.next();
      if (each.projectId() == projectId) {
        newestFirst.remove();
        return each.connection();
      }
    }
    return null;
  }

  void keep(long projectId, Connection connection) {
    List<Connection> surplus = new ArrayList<>();
    synchronized (this) {
      kept.addLast(new Kept(projectId, connection));
      while (kept.size() > (closed ? 0 : max)) {
        surplus.add(kept.removeFirst().connection());
      }
    }
    surplus.forEach(IdleConnections::close);
  }

  void closeAll() {
    List<Kept> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(kept);
      kept.clear();
    }
    all.forEach(each -> close(each.connection()));
  }

  private static boolean isAlive(Connection connection) {
    try {
      boolean alive = connection.isValid(VALIDATION_SECONDS);
      connection.rollback();
      return alive;
    } catch (SQLException e) {
      return false;
    }
  }

  static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is gone: that is what was wanted.
    }
  }
}
