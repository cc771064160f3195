package io.penstock.importer.csv;

/**
 * Well-formed UTF-8 as Unicode's table 3-7 has it: no overlong forms, no surrogates, nothing above
 * U+10FFFF. Keeps its place between two blocks.
 */
final class Utf8Walk {
  private int pending;
  private int low;
  private int high;
  private boolean broken;
  private int first;
  private int seen;

  /** A sequence has begun and needs more bytes. */
  boolean isInside() {
    return pending > 0;
  }

  /** The byte at the returned index does not belong there. */
  boolean isBroken() {
    return broken;
  }

  /** The first byte of the sequence at hand. */
  int firstByte() {
    return first;
  }

  /** How many bytes of the sequence at hand stand before the one that is missing or broken. */
  int seenBytes() {
    return seen;
  }

  /** Forgets the sequence at hand. */
  void reset() {
    pending = 0;
    seen = 0;
    broken = false;
  }

  /**
   * Walks over multi-byte sequences; returns the index of the first byte that is ASCII, broken, or
   * behind the block.
   */
  int walk(byte[] block, int start, int to) {
    int i = start;
    while (i < to) {
      int b = block[i] & 0xff;
      if (pending > 0) {
        if (b < low || b > high) {
          broken = true;
          return i;
        }
        pending--;
        seen++;
        low = 0x80;
        high = 0xbf;
      } else if (b < 0x80) {
        return i;
      } else if (!begin(b)) {
        broken = true;
        return i;
      }
      i++;
    }
    return i;
  }

  private boolean begin(int b) {
    first = b;
    seen = 0;
    low = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
    high = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
    if (b >= 0xc2 && b <= 0xdf) {
      pending = 1;
    } else if (b >= 0xe0 && b <= 0xef) {
      pending = 2;
    } else if (b >= 0xf0 && b <= 0xf4) {
      pending = 3;
    } else {
      return false;
    }
    seen = 1;
    return true;
  }
}
