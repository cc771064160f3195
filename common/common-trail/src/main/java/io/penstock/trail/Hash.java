package io.penstock.trail;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A SHA-256 in a Merkle tree (RFC 6962, section 2.1): of a leaf, or of two subtrees. Immutable. */
public final class Hash {
  public static final int BYTES = 32;

  /** The root of the tree without leaves: the hash of nothing. */
  public static final Hash EMPTY_ROOT = new Hash(sha256().digest());

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private final byte[] value;

  private Hash(byte[] value) {
    this.value = value;
  }

  /**
   * @throws IllegalArgumentException unless there are 32 bytes
   */
  public static Hash of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /**
   * @throws IllegalArgumentException unless the length is 32
   */
  public static Hash of(byte[] bytes, int from, int length) {
    if (length != BYTES) {
      throw new IllegalArgumentException("A hash has 32 bytes, not " + length);
    }
    return new Hash(Arrays.copyOfRange(bytes, from, from + length));
  }

  /**
   * @throws IllegalArgumentException unless the text is the base64 of 32 bytes, as {@link
   *     #base64()} writes it
   */
  public static Hash ofBase64(String text) {
    Hash hash = of(Base64.getDecoder().decode(text));
    if (!hash.base64().equals(text)) {
      throw new IllegalArgumentException("Not the base64 of a hash: " + text);
    }
    return hash;
  }

  /** The hash of an entry: {@code SHA-256(0x00 || entry)}. */
  public static Hash leaf(byte[] entry) {
    return leaf(entry, 0, entry.length);
  }

  /** The hash of the entry that stands in a part of the bytes. */
  public static Hash leaf(byte[] bytes, int from, int length) {
    MessageDigest digest = sha256();
    digest.update(LEAF);
    digest.update(bytes, from, length);
    return new Hash(digest.digest());
  }

  /** The hash over two subtrees: {@code SHA-256(0x01 || left || right)}. */
  public static Hash node(Hash left, Hash right) {
    MessageDigest digest = sha256();
    digest.update(NODE);
    digest.update(left.value);
    digest.update(right.value);
    return new Hash(digest.digest());
  }

  public byte[] bytes() {
    return value.clone();
  }

  /** Puts the 32 bytes at a place of the target. */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(value, 0, target, at, BYTES);
  }

  public String base64() {
    return Base64.getEncoder().encodeToString(value);
  }

  public String hex() {
    return HexFormat.of().formatHex(value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Hash that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** As {@link #hex()}. */
  @Override
  public String toString() {
    return hex();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
