package io.penstock.service;

import org.jspecify.annotations.Nullable;

/**
 * The name that a thread's log lines carry. Threads inherit it from the thread that starts them,
 * virtual ones too, and a context's threads descend from the one that starts the context: so
 * several services in one JVM keep their names apart. Threads of nobody in particular bear the name
 * of the JVM's first service.
 */
public final class ServiceName {
  private static final InheritableThreadLocal<@Nullable String> CURRENT =
      new InheritableThreadLocal<>();
  private static volatile String first = "penstock";
  private static volatile boolean firstKnown;

  private ServiceName() {}

  /** The calling thread's service. */
  public static String current() {
    String name = CURRENT.get();
    return name == null ? first : name;
  }

  /** Names this thread and those that it starts from now on; returns what to restore. */
  static @Nullable String enter(String name) {
    if (!firstKnown) {
      first = name;
      firstKnown = true;
    }
    String before = CURRENT.get();
    CURRENT.set(name);
    return before;
  }

  static void restore(@Nullable String before) {
    if (before == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(before);
    }
  }
}
