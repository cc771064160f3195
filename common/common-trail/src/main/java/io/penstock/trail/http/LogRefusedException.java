package io.penstock.trail.http;

import java.io.IOException;

/** The server says that this token may not read this. */
public final class LogRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  LogRefusedException(String message) {
    super(message);
  }
}
