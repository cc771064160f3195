package io.penstock.storage.web;

import java.util.Set;

/**
 * The parts named by {@code include}: absent and empty are not the same, the first stands for a
 * list's default parts.
 *
 * @param given whether {@code include} was sent at all, even empty
 */
public record Included(boolean given, Set<String> parts) {

  public static Included of(Params params) {
    return new Included(
        params.has("include"), Set.copyOf(new java.util.HashSet<>(params.list("include"))));
  }

  /** Whether the part was asked for by name. */
  public boolean names(String part) {
    return parts.contains(part);
  }

  /** Whether the part was asked for, by name or by saying nothing. */
  public boolean namesOrDefault(String part) {
    return !given || names(part);
  }
}
