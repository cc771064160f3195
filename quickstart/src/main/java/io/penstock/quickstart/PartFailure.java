package io.penstock.quickstart;

import io.penstock.embedded.PortInUseException;

/** A part that did not start, and why, in words for the person in front of the terminal. */
final class PartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PartFailure(String part, Throwable cause) {
    super(part + " is not ready: " + reason(cause), cause);
  }

  private static String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PortInUseException taken) {
        return "port %d is taken; free it, or choose another with --port NAME=NUMBER or --port-base NUMBER"
            .formatted(taken.port());
      }
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }
}
