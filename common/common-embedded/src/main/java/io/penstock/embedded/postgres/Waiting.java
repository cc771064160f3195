package io.penstock.embedded.postgres;

/**
 * Waiting that must come to its end: a server is stopped in order also when the thread was
 * interrupted.
 */
final class Waiting {
  private Waiting() {}

  @FunctionalInterface
  interface Wait<T> {
    T await() throws InterruptedException;
  }

  /**
   * Waits on through interrupts, whose flag is set again afterwards. {@code wait} has a time limit
   * of its own.
   */
  static <T> T patiently(Wait<T> wait) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return wait.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
