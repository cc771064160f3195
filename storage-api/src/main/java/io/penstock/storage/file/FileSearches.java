package io.penstock.storage.file;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lists of files may be searched by patterns, which can take long: they have a few of the
 * database's connections, and never all of them. Thread-safe.
 */
final class FileSearches {
  private static final int AT_ONCE = 6;
  private static final long PATIENCE_SECONDS = 5;

  private final Semaphore places = new Semaphore(AT_ONCE);

  /**
   * @throws PlatformException {@code UNAVAILABLE} where no place was free in time
   */
  <T> T of(Supplier<T> search) {
    boolean mine = false;
    try {
      mine = places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (!mine) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE, "Too many lists of files are searched at once; try again");
    }
    try {
      return search.get();
    } finally {
      places.release();
    }
  }
}
