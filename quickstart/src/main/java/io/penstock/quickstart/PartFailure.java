package io.penstock.quickstart;

import java.util.OptionalInt;
import org.springframework.boot.tomcat.ConnectorStartFailedException;
import org.springframework.boot.web.server.PortInUseException;

/** A part that did not start, and why, in words for the person in front of the terminal. */
final class PartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PartFailure(String part, Throwable cause) {
    super(part + " is not ready: " + reason(cause), cause);
  }

  private static String reason(Throwable failure) {
    OptionalInt taken = takenPort(failure);
    if (taken.isPresent()) {
      return "port %d is taken; free it, or choose another with --port NAME=NUMBER or --port-base NUMBER"
          .formatted(taken.getAsInt());
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
  }

  /** The port that somebody else listens on, where that is the reason. */
  OptionalInt takenPort() {
    return takenPort(this);
  }

  /** The embedded parts, the web servers and their further listeners each have their own words. */
  private static OptionalInt takenPort(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case io.penstock.embedded.PortInUseException taken -> {
          return OptionalInt.of(taken.port());
        }
        case PortInUseException taken -> {
          return OptionalInt.of(taken.getPort());
        }
        case ConnectorStartFailedException taken -> {
          return OptionalInt.of(taken.getPort());
        }
        default -> {}
      }
    }
    return OptionalInt.empty();
  }
}
