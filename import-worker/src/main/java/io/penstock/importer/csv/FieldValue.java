package io.penstock.importer.csv;

import java.util.Arrays;

/**
 * One field's value and its place. Of a very long value only the beginning is kept, so that memory
 * does not depend on the file; it is counted to its end. The same object is used for field after
 * field; it belongs to the thread that scans.
 */
public final class FieldValue {
  /** So much of a value is kept. */
  static final int MOST = 64 << 10;

  private final MaskedContext context;
  private byte[] kept = new byte[256];
  private int length;
  private long bytes;
  private long characters;
  private boolean open;
  private int from;
  private long record;
  private long line;
  private long column;
  private long offset;
  private long position;

  FieldValue(MaskedContext context) {
    this.context = context;
  }

  /** Counts from 1, a header included. */
  public long record() {
    return record;
  }

  /** Physical line on which the field begins, counts from 1. */
  public long line() {
    return line;
  }

  /** Field in the record, counts from 1. */
  public long column() {
    return column;
  }

  /** Of the field's first byte in the unpacked object, counts from 0. */
  public long offset() {
    return offset;
  }

  /** The value in UTF-8; {@link #length} bytes of the array count. */
  public byte[] array() {
    return kept;
  }

  public int length() {
    return length;
  }

  /** Whether only the beginning was kept. */
  public boolean isCut() {
    return bytes > length;
  }

  /** Of the whole value. */
  public long characters() {
    return characters;
  }

  /** What stands around the field's first byte, letters and digits masked. */
  public String snippet() {
    return context.around(position);
  }

  /**
   * A field begins.
   *
   * @param index in the translator's output, behind the opening enclosure
   */
  void begin(long fieldOffset, long fieldLine, int index) {
    open = true;
    offset = fieldOffset;
    line = fieldLine;
    from = index;
    length = 0;
    bytes = 0;
    characters = 0;
  }

  /** The output is used again from its front. */
  void leave(byte[] out, int to) {
    if (open) {
      take(out, to);
      from = 0;
    }
  }

  /**
   * The field ends.
   *
   * @param scanned bytes of the object before the block at hand
   */
  void end(byte[] out, int to, long inRecord, long inColumn, long scanned) {
    take(out, to);
    open = false;
    record = inRecord;
    column = inColumn;
    position = offset - scanned;
  }

  /** Enclosures are doubled in the output, always within one block. */
  private void take(byte[] out, int to) {
    if (kept.length < MOST && kept.length - length < to - from) {
      kept = Arrays.copyOf(kept, Math.min(MOST, length + 2 * (to - from)));
    }
    for (int i = from; i < to; i++) {
      byte b = out[i];
      if (b == '"') {
        i++;
      }
      if (length < kept.length) {
        kept[length++] = b;
      }
      bytes++;
      characters += (b & 0xc0) == 0x80 ? 0 : 1;
    }
  }
}
