package io.penstock.audit.log;

/** What stands in the store cannot come from the trail's segments: somebody has tampered. */
final class LogContradiction extends RuntimeException {
  private static final long serialVersionUID = 1;

  LogContradiction(String message) {
    super(message);
  }
}
