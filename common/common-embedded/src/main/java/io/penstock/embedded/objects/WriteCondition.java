package io.penstock.embedded.objects;

import org.jspecify.annotations.Nullable;

/** What a write depends on, at the moment in which its object becomes visible. */
sealed interface WriteCondition {
  WriteCondition ALWAYS = new Always();
  WriteCondition ABSENT = new Absent();

  /** Replaces what is there. */
  record Always() implements WriteCondition {}

  /** PreconditionFailed when something is there. */
  record Absent() implements WriteCondition {}

  /**
   * PreconditionFailed when something else is there, NoSuchKey when nothing is.
   *
   * @param etag as the header {@code If-Match} has it
   */
  record Matching(String etag) implements WriteCondition {}

  /** A write's own; S3 knows no other value of {@code If-None-Match} than {@code *} there. */
  static WriteCondition of(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
    if ("*".equals(ifNoneMatch)) {
      return ABSENT;
    }
    return ifMatch == null ? ALWAYS : new Matching(ifMatch);
  }
}
