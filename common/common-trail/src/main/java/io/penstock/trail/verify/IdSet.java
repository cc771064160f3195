package io.penstock.trail.verify;

import java.security.SecureRandom;
import java.util.UUID;

/**
 * Remembers which ids were seen, in eight bytes each. Two ids may be taken for one (about once in a
 * million logs of ten million records; the random key keeps anybody from making it happen): who is
 * told that an id was seen before has to look.
 */
final class IdSet {
  private final long key = new SecureRandom().nextLong();
  private long[] slots = new long[1 << 12];
  private int size;

  /** False when the id, or one that looks like it, was added before. */
  boolean add(UUID id) {
    if (size * 4L > slots.length * 3L) {
      grow();
    }
    if (!put(slots, fingerprint(id))) {
      return false;
    }
    size++;
    return true;
  }

  private long fingerprint(UUID id) {
    long mixed = mix(mix(id.getMostSignificantBits() ^ key) + id.getLeastSignificantBits());
    return mixed == 0 ? 1 : mixed; // 0 is the empty slot
  }

  private void grow() {
    long[] larger = new long[slots.length * 2];
    for (long value : slots) {
      if (value != 0) {
        put(larger, value);
      }
    }
    slots = larger;
  }

  private static boolean put(long[] slots, long value) {
    int mask = slots.length - 1;
    int at = (int) (value >>> 32) & mask;
    while (slots[at] != 0) {
      if (slots[at] == value) {
        return false;
      }
      at = at + 1 & mask;
    }
    slots[at] = value;
    return true;
  }

  /** The finaliser of SplittableRandom: every bit of the result hangs on every bit of the value. */
  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
