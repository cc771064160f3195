package io.penstock.kill;

import java.time.Duration;

/**
 * How much is done.
 *
 * @param seed of tables, files, kills and delays; the moments of threads and processes are nobody's
 *     to repeat
 * @param loads at least so many
 * @param tables customers at a time
 * @param limit longer is a failure
 */
record Extent(boolean isLong, long seed, int loads, int tables, Duration limit) {

  static Extent ofProperties() {
    boolean isLong = Boolean.getBoolean("kill.long");
    long seed = Long.getLong("kill.seed", System.nanoTime() & 0xffffffffL);
    int loads = Integer.getInteger("kill.loads", isLong ? 300 : 30);
    return new Extent(isLong, seed, loads, isLong ? 6 : 4, Duration.ofMinutes(isLong ? 60 : 12));
  }

  /**
   * Kills of one mode.
   *
   * @param perPoint at every point so often
   * @param somePoints at so many points, whichever
   * @param anyMoment at no point
   */
  record Rounds(int perPoint, int somePoints, int anyMoment) {}

  Rounds rounds(Kill.Mode mode) {
    return switch (mode) {
      case ONE_SERVICE -> isLong ? new Rounds(3, 0, 12) : new Rounds(1, 0, 2);
      case WHOLE_JVM -> isLong ? new Rounds(1, 0, 4) : new Rounds(0, 1, 1);
      case EVERYTHING -> isLong ? new Rounds(0, 6, 4) : new Rounds(0, 1, 1);
    };
  }
}
