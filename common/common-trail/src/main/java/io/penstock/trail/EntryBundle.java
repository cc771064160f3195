package io.penstock.trail;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Up to 256 entries as they stand in {@code tile/entries/…}: each after its length in two bytes.
 */
public final class EntryBundle {
  /** The longest that two bytes can tell; our own entries are shorter. */
  public static final int LARGEST_ENTRY = 0xFFFF;

  private EntryBundle() {}

  public static byte[] encode(List<byte[]> entries) {
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream(entries.stream().mapToInt(entry -> entry.length + 2).sum());
    entries.forEach(entry -> append(bytes, entry, 0, entry.length));
    return bytes.toByteArray();
  }

  /** Appends the entry that stands in a part of the source. */
  public static void append(ByteArrayOutputStream bundle, byte[] source, int from, int length) {
    if (length > LARGEST_ENTRY) {
      throw new IllegalArgumentException("An entry has at most 65,535 bytes, not " + length);
    }
    bundle.write(length >> 8);
    bundle.write(length);
    bundle.write(source, from, length);
  }

  /**
   * @throws IllegalArgumentException when the bytes are not a bundle
   */
  public static List<byte[]> decode(byte[] bundle) {
    List<byte[]> entries = new ArrayList<>();
    int at = 0;
    while (at < bundle.length) {
      int from = at + 2;
      int to = at + 1 < bundle.length ? from + length(bundle, at) : Integer.MAX_VALUE;
      if (to > bundle.length) {
        throw new IllegalArgumentException("The bundle ends inside of its entry " + entries.size());
      }
      entries.add(Arrays.copyOfRange(bundle, from, to));
      at = to;
    }
    return entries;
  }

  private static int length(byte[] bundle, int at) {
    return ((bundle[at] & 0xFF) << 8) | (bundle[at + 1] & 0xFF);
  }
}
