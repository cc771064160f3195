package io.penstock.uploader.cli;

import org.jspecify.annotations.Nullable;

/** The variables that the commands read. */
@FunctionalInterface
public interface Environment {
  /** The value of a variable, or null when it is not set. */
  @Nullable String value(String name);

  /** As {@link #value}, with unset and blank variables both null. */
  default @Nullable String given(String name) {
    String value = value(name);
    return value == null || value.isBlank() ? null : value.strip();
  }
}
