package io.penstock.storage.access;

import java.math.BigInteger;
import java.util.Optional;

/** Letters and digits only, of one length for one number of bytes: clients split tokens at '-'. */
final class Base62 {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger RADIX = BigInteger.valueOf(62);

  private Base62() {}

  /** How many characters so many bytes take. */
  static int length(int bytes) {
    return (int) Math.ceil(bytes * 8 / (Math.log(62) / Math.log(2)));
  }

  static String encode(byte[] bytes) {
    char[] text = new char[length(bytes.length)];
    BigInteger rest = new BigInteger(1, bytes);
    for (int i = text.length - 1; i >= 0; i--) {
      BigInteger[] division = rest.divideAndRemainder(RADIX);
      text[i] = ALPHABET.charAt(division[1].intValue());
      rest = division[0];
    }
    return new String(text);
  }

  /**
   * The bytes; empty where the text stands for more than so many bytes or has another character.
   */
  static Optional<byte[]> decode(String text, int bytes) {
    BigInteger value = BigInteger.ZERO;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        return Optional.empty();
      }
      value = value.multiply(RADIX).add(BigInteger.valueOf(digit));
    }
    if (value.bitLength() > bytes * 8) {
      return Optional.empty();
    }
    byte[] raw = value.toByteArray();
    byte[] padded = new byte[bytes];
    int length = Math.min(raw.length, bytes);
    System.arraycopy(raw, raw.length - length, padded, bytes - length, length);
    return Optional.of(padded);
  }
}
