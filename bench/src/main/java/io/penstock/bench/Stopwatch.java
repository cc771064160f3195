package io.penstock.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a side once: prepares, waits for quiet, times, verifies, clears. A run that others disturbed
 * is repeated once where that is wanted; both are kept.
 */
final class Stopwatch {
  /**
   * A backend ends a moment after its client. While the two are being read it must be either there
   * or reaped by its parent, else its time is in neither.
   */
  private static final Duration SETTLING = Duration.ofMillis(50);

  private final Callable<Boolean> quiet;
  private final Supplier<CpuTimes> cpu;
  private final boolean repeating;
  private final Consumer<String> progress;

  /**
   * @param quiet checkpoint, sync and wait: answers whether the machine was idle at its end
   * @param cpu reads what the processors have done so far
   * @param repeating a disturbed run once
   */
  Stopwatch(
      Callable<Boolean> quiet,
      Supplier<CpuTimes> cpu,
      boolean repeating,
      Consumer<String> progress) {
    this.quiet = quiet;
    this.cpu = cpu;
    this.repeating = repeating;
    this.progress = progress;
  }

  /** One run, or two when the first was disturbed. */
  List<Measurement> measure(Side side, Expected expected) throws Exception {
    List<Measurement> runs = new ArrayList<>();
    runs.add(once(side, expected));
    if (repeating && runs.getFirst().noisy()) {
      progress.accept("  others used the machine: repeated once");
      runs.add(once(side, expected));
    }
    return runs;
  }

  Measurement once(Side side, Expected expected) throws Exception {
    side.prepare();
    boolean startedQuiet = quiet.call();
    CpuTimes before = cpu.get();
    long begin = System.nanoTime();
    side.run();
    double seconds = (System.nanoTime() - begin) / 1e9;
    Thread.sleep(SETTLING);
    CpuTimes.CpuUse used = cpu.get().since(before, (System.nanoTime() - begin) / 1e9);
    Optional<Content> content = side.verify();
    content.ifPresent(seen -> expected.require(side.name(), seen));
    side.clear();
    @Nullable Content verified = content.orElse(null);
    progress.accept(
        "  %-34s %8.2f s   %s%s"
            .formatted(
                side.name(),
                seconds,
                used.parts(),
                used.noisy() ? " NOISY (others: %.1f s)".formatted(used.others()) : ""));
    return new Measurement(
        seconds, used.parts(), used.others(), used.noisy(), startedQuiet, verified);
  }
}
