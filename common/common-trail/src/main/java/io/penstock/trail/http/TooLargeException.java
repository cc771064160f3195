package io.penstock.trail.http;

import java.io.IOException;

/** The server answers more than there can be. */
final class TooLargeException extends IOException {
  private static final long serialVersionUID = 1;

  TooLargeException(String message) {
    super(message);
  }
}
