package io.penstock.storage.access;

import java.util.Locale;

/** What a token may do with a bucket; a later one includes the earlier ones. */
public enum Permission {
  READ,
  WRITE,
  MANAGE;

  /** As the contract writes it. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean includes(Permission other) {
    return compareTo(other) >= 0;
  }
}
