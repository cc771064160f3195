package io.penstock.model;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The id that ties an error's answer, its log line and its audit record together. */
public final class ExceptionId {
  private static final SecureRandom RANDOM = new SecureRandom();

  private ExceptionId() {}

  /** A new id such as {@code penstock-3f2a9c0d51e7}. */
  public static String next() {
    byte[] bytes = new byte[6];
    RANDOM.nextBytes(bytes);
    return "penstock-" + HexFormat.of().formatHex(bytes);
  }
}
