package io.penstock.storage.bucket;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A bucket with the sums over its tables.
 *
 * @param name with its prefix, such as {@code c-main}
 * @param lastChange of any data or structure in it
 */
public record Bucket(
    long id,
    long projectId,
    String stage,
    String name,
    String displayName,
    String description,
    @Nullable String color,
    @Nullable Owner owner,
    Instant created,
    @Nullable Instant updated,
    @Nullable Instant lastChange,
    long rows,
    long bytes) {

  /** The person who answers for it. */
  public record Owner(long id, String name, String email) {}

  /** The contract's id, such as {@code in.c-main}. */
  public String label() {
    return stage + "." + name;
  }
}
