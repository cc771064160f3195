package io.penstock.audit.keep;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A set of ids in two longs each, without an object for any of them: a hash table with linear
 * probing, whose slots can be written into a file as they are. Not thread-safe.
 */
final class IdTable {
  static final int SLOT_BYTES = 2 * Long.BYTES;
  private static final int SMALLEST = 1 << 10;

  private final int most;
  private long[] slots = new long[2 * SMALLEST];
  private int size;
  private long oldest = Long.MAX_VALUE;
  private long newest = Long.MIN_VALUE;

  /**
   * @param most how many ids it is meant for; a few more do no harm
   */
  IdTable(int most) {
    this.most = most;
  }

  /** When the id was made, in milliseconds: the beginning of a UUID of version 7. */
  static long millis(UUID id) {
    return id.getMostSignificantBits() >>> 16;
  }

  /** Where the search for an id begins in a table of so many slots, a power of two. */
  static int slot(long high, long low, int slots) {
    long mixed = (low ^ (high * 0x9E37_79B9_7F4A_7C15L)) * 0xBF58_476D_1CE4_E5B9L;
    return (int) (mixed >>> 32) & (slots - 1);
  }

  void add(UUID id) {
    if (4L * (size + 1) > 3L * slots()) {
      grow();
    }
    if (add(id.getMostSignificantBits(), id.getLeastSignificantBits())) {
      size++;
      oldest = Math.min(oldest, millis(id));
      newest = Math.max(newest, millis(id));
    }
  }

  private boolean add(long high, long low) {
    int slot = slot(high, low, slots());
    while (slots[2 * slot] != 0 || slots[2 * slot + 1] != 0) {
      if (slots[2 * slot] == high && slots[2 * slot + 1] == low) {
        return false;
      }
      slot = (slot + 1) & (slots() - 1);
    }
    slots[2 * slot] = high;
    slots[2 * slot + 1] = low;
    return true;
  }

  private void grow() {
    long[] old = slots;
    slots = new long[2 * old.length];
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0 || old[i + 1] != 0) {
        boolean _ = add(old[i], old[i + 1]);
      }
    }
  }

  boolean contains(UUID id) {
    long high = id.getMostSignificantBits();
    long low = id.getLeastSignificantBits();
    int slot = slot(high, low, slots());
    while (slots[2 * slot] != 0 || slots[2 * slot + 1] != 0) {
      if (slots[2 * slot] == high && slots[2 * slot + 1] == low) {
        return true;
      }
      slot = (slot + 1) & (slots() - 1);
    }
    return false;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size >= most;
  }

  int slots() {
    return slots.length / 2;
  }

  /** The time of the oldest id, in milliseconds. */
  long oldest() {
    return oldest;
  }

  /** The time of the newest id, in milliseconds. */
  long newest() {
    return newest;
  }

  ByteBuffer bytes() {
    ByteBuffer bytes = ByteBuffer.allocate(slots.length * Long.BYTES);
    bytes.asLongBuffer().put(slots);
    return bytes;
  }
}
