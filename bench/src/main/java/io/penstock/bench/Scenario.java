package io.penstock.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What can be measured, in the order of a run. */
enum Scenario {
  /** One file as it is. */
  PLAIN,
  /** One file, packed. */
  GZIP,
  /** Four slices. */
  SLICES,
  /** Changes into a table with a key. */
  UPSERT,
  /** A table to gzip files. */
  EXPORT,
  /** Ten rows, many times. */
  SMALL;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
