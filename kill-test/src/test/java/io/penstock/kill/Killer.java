package io.penstock.kill;

import io.penstock.kill.Kill.Mode;
import io.penstock.kill.agent.ControlFolder;
import io.penstock.kill.agent.KillPoint;
import io.penstock.kill.agent.KillPoint.Service;
import io.penstock.kill.agent.Reached;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Kills, and starts again what was killed. Used by one thread. */
final class Killer {
  private static final Duration TO_REACH_A_POINT = Duration.ofSeconds(25);
  private static final int MOST_MISSES = 12;

  private final PlatformProcesses processes;
  private final ControlFolder control;
  private final Queues queues;
  private final Random random;
  private final Runnable check;
  private final Map<Mode, Integer> modes = new EnumMap<>(Mode.class);
  private int atAnyMoment;
  private int misses;

  /**
   * @param check throws when it is of no use to go on
   */
  Killer(
      PlatformProcesses processes,
      ControlFolder control,
      Queues queues,
      Random random,
      Runnable check) {
    this.processes = processes;
    this.control = control;
    this.queues = queues;
    this.random = random;
    this.check = check;
  }

  Map<Mode, Integer> modes() {
    return modes;
  }

  int atAnyMoment() {
    return atAnyMoment;
  }

  /** One kill after the other; a point that nobody came to gets its turn again at the end. */
  void run(List<Kill> plan) throws Exception {
    Deque<Kill> open = new ArrayDeque<>(plan);
    while (!open.isEmpty()) {
      check.run();
      processes.requireAlive();
      Kill kill = open.remove();
      Instant begin = Instant.now();
      if (strike(kill)) {
        modes.merge(kill.mode(), 1, Integer::sum);
        Instant struck = Instant.now();
        recover(kill);
        System.out.printf(
            "kill test: %s after %d ms, up again in %d ms%n",
            kill,
            Duration.between(begin, struck).toMillis(),
            Duration.between(struck, Instant.now()).toMillis());
      } else if (++misses > MOST_MISSES) {
        throw new AssertionError("Nobody comes to the point of " + kill);
      } else {
        System.out.println("kill test: nobody came to " + kill + ", it is tried again later");
        open.add(kill);
      }
    }
  }

  /** False when the point was not reached: nobody is dead then. */
  private boolean strike(Kill kill) throws Exception {
    @Nullable KillPoint point = kill.point();
    if (point != null) {
      if (!dies(point)) {
        return false;
      }
    } else {
      TimeUnit.MILLISECONDS.sleep(100 + random.nextInt(2_000)); // any moment
      atAnyMoment++;
    }
    switch (kill.mode()) {
      case ONE_SERVICE -> processes.kill(victim(kill));
      case WHOLE_JVM -> processes.killWhole();
      case EVERYTHING -> processes.killEverything();
    }
    return true;
  }

  private boolean dies(KillPoint point) throws InterruptedException {
    Process process = processes.processOf(point.service());
    control.arm(point, 1 + random.nextInt(point == KillPoint.IN_COPY ? 8 : 3));
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
          "The process of %s ended with %d, not at \"%s\""
              .formatted(point.service().label(), code, point.label()));
    }
    return true;
  }

  private @Nullable Service lastVictim;

  private Service victim(Kill kill) {
    KillPoint point = kill.point();
    List<Service> all = List.of(Service.values());
    Service victim = point == null ? all.get(random.nextInt(all.size())) : point.service();
    lastVictim = victim;
    return victim;
  }

  private void recover(Kill kill) throws Exception {
    switch (kill.mode()) {
      case ONE_SERVICE -> processes.start(Objects.requireNonNull(lastVictim));
      case WHOLE_JVM -> startWhole();
      case EVERYTHING -> startApart();
    }
  }

  /** One JVM, with its queues anew. */
  void startWhole() throws Exception {
    processes.startWhole();
    queues.giveBackSoon();
  }

  /** A JVM for each. */
  void startApart() throws Exception {
    processes.startInfrastructure();
    queues.giveBackSoon();
    processes.startServices();
  }
}
