package io.penstock.storage.web;

/**
 * The call's {@code Idempotency-Key} was used before: its transaction is rolled back, and the first
 * answer given again.
 */
final class RepeatedCall extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient IdempotencyKeys.Key key;

  RepeatedCall(IdempotencyKeys.Key key) {
    super("Repeated under its Idempotency-Key", null, false, false);
    this.key = key;
  }

  IdempotencyKeys.Key key() {
    return key;
  }
}
