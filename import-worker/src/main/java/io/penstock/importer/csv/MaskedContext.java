package io.penstock.importer.csv;

/**
 * The bytes around a fault, so that a person finds the place, with every letter as {@code x} and
 * every digit as {@code 9}: values belong into no message. Keeps the tail of the block before.
 */
final class MaskedContext {
  private static final int BEFORE = 24;
  private static final int AFTER = 16;

  private final byte[] tail = new byte[BEFORE];
  private int tailLength;
  private byte[] block = new byte[0];
  private int from;
  private int to;

  void enter(byte[] newBlock, int newFrom, int newTo) {
    block = newBlock;
    from = newFrom;
    to = newTo;
  }

  void leave(byte[] left, int leftFrom, int leftTo) {
    int length = leftTo - leftFrom;
    if (length >= BEFORE) {
      System.arraycopy(left, leftTo - BEFORE, tail, 0, BEFORE);
      tailLength = BEFORE;
      return;
    }
    int kept = Math.min(tailLength, BEFORE - length);
    System.arraycopy(tail, tailLength - kept, tail, 0, kept);
    System.arraycopy(left, leftFrom, tail, kept, length);
    tailLength = kept + length;
  }

  /**
   * What stands around a byte.
   *
   * @param position relative to the block's first byte; negative: in the tail
   */
  String around(long position) {
    StringBuilder text = new StringBuilder("…");
    for (long p = position - BEFORE; p < position + AFTER; p++) {
      int b = at(p);
      if (b >= 0) {
        text.append(p == position ? "»" : "").append(mask(b)).append(p == position ? "«" : "");
      }
    }
    return text.append("…").toString();
  }

  private int at(long position) {
    if (position >= 0) {
      return from + position < to ? block[(int) (from + position)] & 0xff : -1;
    }
    long index = tailLength + position;
    return index >= 0 ? tail[(int) index] & 0xff : -1;
  }

  private static String mask(int b) {
    if (b >= 0x80) {
      return "?";
    }
    char c = (char) b;
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
          Character.isLetter(c)
              ? "x"
              : Character.isDigit(c) ? "9" : c < ' ' || c == 127 ? "." : String.valueOf(c);
    };
  }
}
