package io.penstock.bench;

import org.jspecify.annotations.Nullable;

/** What every side must end with: so many rows, and the content of the one that came first. */
final class Expected {
  private final long rows;
  private @Nullable Content content;
  private String first = "";

  /** Of a content that only its number of rows is known of beforehand. */
  Expected(long rows) {
    this.rows = rows;
  }

  /** Of a content that is known. */
  Expected(Content content) {
    this.rows = content.rows();
    this.content = content;
    this.first = "the input";
  }

  /**
   * @throws VerificationFailure when it is another
   */
  void require(String side, Content seen) {
    if (seen.rows() != rows) {
      throw new VerificationFailure(
          "%s ended with %d rows instead of %d".formatted(side, seen.rows(), rows));
    }
    Content known = content;
    if (known == null) {
      content = seen;
      first = side;
    } else if (!known.equals(seen)) {
      throw new VerificationFailure(
          "%s and %s have %d rows each, but not the same".formatted(side, first, rows));
    }
  }

  /** The sides do not agree on what they loaded: no figure counts. */
  static final class VerificationFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    VerificationFailure(String message) {
      super(message);
    }
  }
}
