package io.penstock.storage.bucket;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A bucket with the sums over its tables.
 *
 * @param name with its prefix, such as {@code c-main}
 * @param description the source's where it is a linked one; so are its sums and last change
 * @param lastChange of any data or structure in it
 * @param shared null: with nobody
 * @param link null: it holds tables of its own
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
    long bytes,
    @Nullable Shared shared,
    @Nullable Link link) {

  /**
   * With whom of its organisation it is shared, and by whom.
   *
   * @param sharing a {@link Sharing}'s word
   */
  public record Shared(String sharing, long personId, String personName, Instant at) {}

  /** The bucket of another project that a linked one shows. */
  public record Link(
      long bucketId,
      String label,
      String name,
      String description,
      long projectId,
      String projectName) {}

  /** The person who answers for it. */
  public record Owner(long id, String name, String email) {}

  /** Whether it shows another project's tables, and can hold none. */
  public boolean isLinked() {
    return link != null;
  }

  /** The contract's id, such as {@code in.c-main}. */
  public String label() {
    return stage + "." + name;
  }
}
