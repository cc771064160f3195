package io.penstock.audit.keep;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * The ids that no {@link IdFile} holds yet, segment by segment, so that a restart need not read
 * them from the store. What a crash cut off is read from there. Not thread-safe.
 */
final class IdJournal implements AutoCloseable {
  private final FileChannel file;

  /** Who takes what is read. */
  interface Reader {
    void segment(String trail, long next, List<UUID> ids);
  }

  private IdJournal(FileChannel file) {
    this.file = file;
  }

  /** Reads what is whole, and goes on behind it. */
  static IdJournal open(Path path, Reader reader) throws IOException {
    byte[] bytes = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
    int whole = 0;
    for (int end = frame(bytes, 0, reader); end > whole; end = frame(bytes, whole, reader)) {
      whole = end;
    }
    FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    file.truncate(whole);
    file.position(whole);
    return new IdJournal(file);
  }

  /** A frame is its body's length and CRC-32, and the body: trail, next index, ids. */
  private static int frame(byte[] bytes, int from, Reader reader) throws IOException {
    ByteBuffer head = ByteBuffer.wrap(bytes, from, bytes.length - from);
    if (head.remaining() < 2 * Integer.BYTES) {
      return from;
    }
    int length = head.getInt();
    int checksum = head.getInt();
    if (length < 0 || length > head.remaining()) {
      return from;
    }
    CRC32 crc = new CRC32();
    crc.update(bytes, head.position(), length);
    if ((int) crc.getValue() != checksum) {
      return from;
    }
    DataInputStream body =
        new DataInputStream(new ByteArrayInputStream(bytes, head.position(), length));
    String trail = body.readUTF();
    long next = body.readLong();
    UUID[] ids = new UUID[body.readInt()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = new UUID(body.readLong(), body.readLong());
    }
    reader.segment(trail, next, List.of(ids));
    return head.position() + length;
  }

  void append(Segment segment) throws IOException {
    byte[] trail = segment.trail().name().getBytes(StandardCharsets.US_ASCII);
    int length =
        Short.BYTES
            + trail.length
            + Long.BYTES
            + Integer.BYTES
            + segment.records().size() * IdTable.SLOT_BYTES;
    ByteBuffer frame = ByteBuffer.allocate(2 * Integer.BYTES + length);
    frame.putInt(length).putInt(0).putShort((short) trail.length).put(trail);
    frame.putLong(segment.next()).putInt(segment.records().size());
    segment
        .records()
        .forEach(
            record ->
                frame
                    .putLong(record.id().getMostSignificantBits())
                    .putLong(record.id().getLeastSignificantBits()));
    CRC32 crc = new CRC32();
    crc.update(frame.array(), 2 * Integer.BYTES, length);
    frame.putInt(Integer.BYTES, (int) crc.getValue());
    frame.flip();
    while (frame.hasRemaining()) {
      int _ = file.write(frame);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
