package io.penstock.kill;

import io.penstock.kill.agent.ControlFolder;
import io.penstock.kill.agent.KillPoint;
import io.penstock.kill.agent.Reached;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Kills one process again and again, while others do the same to theirs. */
final class ServiceKiller implements Callable<Integer> {
  private static final Duration TO_REACH_A_POINT = Duration.ofSeconds(25);
  private static final int MOST_MISSES = 12;
  private static final int LONGEST_WAIT_MILLIS = 1_500;

  private final Victim victim;
  private final Deque<Kill> open;
  private final Random random;
  private final Runnable check;

  /**
   * @param check throws when it is of no use to go on
   */
  ServiceKiller(Victim victim, List<Kill> plan, long seed, Runnable check) {
    this.victim = victim;
    this.open = new ArrayDeque<>(plan);
    this.random = new Random(seed);
    this.check = check;
  }

  /** Returns how often it was killed at any moment. */
  @Override
  public Integer call() throws Exception {
    int atAnyMoment = 0;
    int misses = 0;
    while (!open.isEmpty()) {
      check.run();
      Kill kill = open.remove();
      Instant begin = Instant.now();
      @Nullable KillPoint point = kill.point();
      if (point == null) {
        TimeUnit.MILLISECONDS.sleep(100 + random.nextInt(LONGEST_WAIT_MILLIS)); // any moment
        requireAlive();
        victim.process().destroyForcibly().waitFor();
        atAnyMoment++;
      } else if (!dies(point)) {
        if (++misses > MOST_MISSES) {
          throw new AssertionError("Nobody comes to " + point.label());
        }
        open.add(kill);
        continue;
      }
      recover(point, begin);
    }
    return atAnyMoment;
  }

  private void recover(@Nullable KillPoint point, Instant begin) throws Exception {
    Instant struck = Instant.now();
    victim.start();
    System.out.printf(
        "trail kill test: %s %s after %d ms, up again in %d ms%n",
        victim.name(),
        point == null ? "at any moment" : point.label(),
        Duration.between(begin, struck).toMillis(),
        Duration.between(struck, Instant.now()).toMillis());
  }

  private void requireAlive() {
    if (!victim.process().isAlive()) {
      throw new AssertionError(
          victim.name() + " ended by itself, with " + victim.process().exitValue());
    }
  }

  private boolean dies(KillPoint point) throws InterruptedException {
    requireAlive();
    Process process = victim.process();
    ControlFolder control = victim.control();
    control.arm(point, 1 + random.nextInt(2));
    Instant until = Instant.now().plus(TO_REACH_A_POINT);
    boolean dead = false;
    while (!dead && Instant.now().isBefore(until)) {
      check.run();
      dead = process.waitFor(100, TimeUnit.MILLISECONDS);
    }
    if (!dead && control.disarm(point)) {
      return false;
    }
    int code = process.waitFor();
    if (code != Reached.EXIT_CODE) {
      throw new AssertionError(
          "%s ended with %d, not at \"%s\"".formatted(victim.name(), code, point.label()));
    }
    return true;
  }
}
