package io.penstock.trail.verify;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the search shows: an export of it as JSON lines. */
public interface SearchRows {

  /** Whose records the search shows; null: those of the whole log. */
  @Nullable Long project();

  /**
   * Tells each row, in any order.
   *
   * @throws java.io.UncheckedIOException when they cannot be read now
   */
  void forEach(Consumer<JsonNode> consumer);

  /**
   * Waits until what had just been kept can be found, and answers whether the rows are read anew
   * the next time; a file's never are.
   */
  boolean awaitNewer();
}
