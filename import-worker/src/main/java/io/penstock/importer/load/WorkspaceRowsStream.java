package io.penstock.importer.load;

import io.penstock.importer.workspace.WorkspaceTable;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;

/** The text of a COPY as a stream; closing ends the session that it comes from. Not thread-safe. */
final class WorkspaceRowsStream extends InputStream {
  private final WorkspaceTable table;
  private final CopyOut copy;
  private byte @Nullable [] row = new byte[0];
  private int from;

  private WorkspaceRowsStream(WorkspaceTable table, CopyOut copy) {
    this.table = table;
    this.copy = copy;
  }

  /**
   * Takes the table over.
   *
   * @param columns empty: all
   * @param maxRowBytes see {@link WorkspaceTable#copyOut}
   * @param nullWord see {@link WorkspaceTable#copyOut}
   */
  static WorkspaceRowsStream open(
      WorkspaceTable table, List<String> columns, long maxRowBytes, @Nullable String nullWord)
      throws SQLException {
    try {
      List<String> chosen = columns.isEmpty() ? table.columns() : columns;
      return new WorkspaceRowsStream(
          table, table.copyOut(chosen, "HEADER, FORCE_QUOTE *", maxRowBytes, nullWord));
    } catch (SQLException | RuntimeException e) {
      table.close();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    byte[] current = row;
    while (current != null && from == current.length) {
      current = next();
    }
    if (current == null) {
      return -1;
    }
    int count = Math.min(length, current.length - from);
    System.arraycopy(current, from, into, offset, count);
    from += count;
    return count;
  }

  private byte @Nullable [] next() throws IOException {
    try {
      row = table.next(copy);
      from = 0;
      return row;
    } catch (SQLException e) {
      row = null;
      throw new IOException("The workspace cannot be read any more", e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      table.close();
    } catch (SQLException e) {
      throw new IOException("The workspace's session did not end well", e);
    }
  }
}
