package io.penstock.uploader;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tries again what may pass, with pauses that double and are drawn by chance from their upper half,
 * so that many clients do not come back at the same moment. Thread-safe.
 */
final class Retries {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

  private final Duration limit;
  private final Timekeeper time;
  private final DoubleSupplier chance;

  /**
   * @param limit longest time from the first try to the start of the last one
   * @param chance numbers from 0 to 1
   */
  Retries(Duration limit, Timekeeper time, DoubleSupplier chance) {
    this.limit = limit;
    this.time = time;
    this.chance = chance;
  }

  /** What one try came to. */
  sealed interface Outcome<T> {
    record Ended<T>(T value) implements Outcome<T> {}

    /**
     * @param reason for a person to read
     * @param atLeast the pause that the server asked for; zero when it asked for none
     */
    record Again<T>(String reason, Duration atLeast, @Nullable Throwable cause)
        implements Outcome<T> {}
  }

  @FunctionalInterface
  interface Attempt<T> {
    Outcome<T> run() throws InterruptedException;
  }

  /**
   * Runs {@code attempt} until it ends.
   *
   * @param what names the call in messages
   * @throws UploadGaveUpException when the next try would begin after the limit
   */
  <T> T run(String what, Progress progress, Attempt<T> attempt) throws InterruptedException {
    long begin = time.nanos();
    Duration backOff = FIRST_PAUSE;
    for (int tries = 1; ; tries++) {
      switch (attempt.run()) {
        case Outcome.Ended<T>(T value) -> {
          return value;
        }
        case Outcome.Again<T>(String reason, Duration atLeast, Throwable cause) -> {
          Duration pause = longer(jittered(backOff), atLeast);
          Duration elapsed = Duration.ofNanos(time.nanos() - begin);
          if (elapsed.plus(pause).compareTo(limit) > 0) {
            throw new UploadGaveUpException(
                "%s: %s (%s in %d s)"
                    .formatted(
                        what, reason, tries == 1 ? "1 try" : tries + " tries", elapsed.toSeconds()),
                cause);
          }
          progress.waiting(reason, pause);
          time.pause(pause);
        }
      }
      backOff = shorter(backOff.multipliedBy(2), LONGEST_PAUSE);
    }
  }

  private Duration jittered(Duration backOff) {
    return Duration.ofNanos((long) (backOff.toNanos() * (0.5 + 0.5 * chance.getAsDouble())));
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
