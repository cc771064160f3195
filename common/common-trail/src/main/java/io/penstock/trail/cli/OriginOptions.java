package io.penstock.trail.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which log it has to be. */
final class OriginOptions {
  @Option(
      names = "--origin",
      paramLabel = "NAME",
      description =
          "The log's name, the first line of its checkpoints, such as audit.example.org/12."
              + " Default: any log of the key's.")
  private @Nullable String origin;

  /** Null: any log of the key's. */
  @Nullable String name() {
    return origin;
  }
}
