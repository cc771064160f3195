package io.penstock.audit.keep;

import io.penstock.model.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;

/**
 * An {@link IdTable} that was full, in a file; what it holds is told by a second file, which comes
 * last: without it the first does not count. Thread-safe.
 */
final class IdFile implements AutoCloseable {
  private final FileChannel slots;
  private final Path table;
  private final Path summary;
  private final Summary content;

  /**
   * What stands in the second file.
   *
   * @param oldest the time of the oldest id, in milliseconds
   * @param next how far each trail was followed when the table was full
   */
  record Summary(int slots, long oldest, long newest, Map<String, Long> next) {}

  private IdFile(FileChannel slots, Path table, Path summary, Summary content) {
    this.slots = slots;
    this.table = table;
    this.summary = summary;
    this.content = content;
  }

  static Path summary(Path directory, long number) {
    return directory.resolve("%012d.json".formatted(number));
  }

  private static Path table(Path directory, long number) {
    return directory.resolve("%012d.ids".formatted(number));
  }

  static IdFile write(Path directory, long number, IdTable ids, Map<String, Long> next)
      throws IOException {
    Path table = table(directory, number);
    try (FileChannel file =
        FileChannel.open(
            table,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ids.bytes();
      while (bytes.hasRemaining()) {
        int _ = file.write(bytes);
      }
      file.force(true);
    }
    Path draft = Files.createTempFile(directory, "summary", ".draft");
    Files.writeString(
        draft, Json.write(new Summary(ids.slots(), ids.oldest(), ids.newest(), next)));
    Files.move(draft, summary(directory, number), StandardCopyOption.ATOMIC_MOVE);
    return open(directory, number);
  }

  static IdFile open(Path directory, long number) throws IOException {
    Path summary = summary(directory, number);
    Summary content = Json.read(Files.readString(summary), Summary.class);
    Path table = table(directory, number);
    FileChannel slots = FileChannel.open(table, StandardOpenOption.READ);
    if (slots.size() != (long) content.slots() * IdTable.SLOT_BYTES) {
      slots.close();
      throw new IOException(table + " has not the size that it should have");
    }
    return new IdFile(slots, table, summary, content);
  }

  Summary summary() {
    return content;
  }

  /** Asks the disk only when the id's time is among those that the file holds. */
  boolean contains(UUID id) throws IOException {
    long millis = IdTable.millis(id);
    if (millis < content.oldest() || millis > content.newest()) {
      return false;
    }
    long high = id.getMostSignificantBits();
    long low = id.getLeastSignificantBits();
    ByteBuffer entry = ByteBuffer.allocate(IdTable.SLOT_BYTES);
    for (int slot = IdTable.slot(high, low, content.slots()); ; ) {
      int read = slots.read(entry.clear(), (long) slot * IdTable.SLOT_BYTES);
      if (read != IdTable.SLOT_BYTES) {
        throw new IOException(table + " ends too early");
      }
      long foundHigh = entry.getLong(0);
      long foundLow = entry.getLong(Long.BYTES);
      if (foundHigh == high && foundLow == low) {
        return true;
      }
      if (foundHigh == 0 && foundLow == 0) {
        return false;
      }
      slot = (slot + 1) & (content.slots() - 1);
    }
  }

  void delete() throws IOException {
    close();
    Files.deleteIfExists(summary);
    Files.deleteIfExists(table);
  }

  @Override
  public void close() throws IOException {
    slots.close();
  }
}
