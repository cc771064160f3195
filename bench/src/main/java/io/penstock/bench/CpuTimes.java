package io.penstock.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the processors have done until one moment.
 *
 * @param busy ticks of all processes of the machine, and those that its host took away
 * @param parts ticks of each part of ours
 */
record CpuTimes(long busy, Map<String, Long> parts) {

  /** How much of the machine somebody else may use before a run counts as noisy. */
  static final double NOISE_LIMIT = 0.10;

  /** Threads of the kernel: mostly writing back what the databases wrote. */
  private static final long KERNEL = 2;

  /**
   * Whose time is counted as what.
   *
   * @param processes each part's first process
   * @param alone parts whose first process counts without its children: those are parts themselves,
   *     or were started by it long ago
   */
  record Parts(Map<String, Long> processes, Set<String> alone) {}

  static CpuTimes now(Parts parts) {
    ProcessTable table = ProcessTable.now();
    Set<Long> roots = new HashSet<>(parts.processes().values());
    Map<String, Long> ticks = new LinkedHashMap<>();
    parts
        .processes()
        .forEach(
            (name, pid) ->
                ticks.put(
                    name,
                    parts.alone().contains(name)
                        ? table.ticksOf(pid)
                        : table.ticksOfTree(pid, roots)));
    if (table.find(KERNEL).filter(entry -> entry.command().equals("kthreadd")).isPresent()) {
      ticks.put("kernel", table.ticksOfTree(KERNEL, roots));
    }
    return new CpuTimes(busyTicks(), ticks);
  }

  static long busyTicks() {
    try (var lines = Files.lines(Path.of("/proc/stat"), StandardCharsets.ISO_8859_1)) {
      return busyTicks(lines.findFirst().orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Of the line {@code cpu} in {@code /proc/stat}: user, nice, system, steal. Interrupts are left
   * out: those of our own loopback traffic are in no process's account.
   */
  static long busyTicks(String line) {
    String[] fields = line.strip().split(" +", -1);
    return Long.parseLong(fields[1])
        + Long.parseLong(fields[2])
        + Long.parseLong(fields[3])
        + Long.parseLong(fields[8]);
  }

  /** What happened since {@code begin}. */
  CpuUse since(CpuTimes begin, double seconds) {
    Map<String, Double> used = new LinkedHashMap<>();
    long ours = 0;
    for (var part : parts.entrySet()) {
      long ticks = part.getValue() - begin.parts.getOrDefault(part.getKey(), 0L);
      ours += ticks;
      used.put(part.getKey(), ticks / ProcessTable.TICKS_A_SECOND);
    }
    double others = Math.max(0, busy - begin.busy - ours) / ProcessTable.TICKS_A_SECOND;
    return new CpuUse(used, others, others > NOISE_LIMIT * seconds);
  }

  /**
   * CPU seconds of one run.
   *
   * @param parts by part
   * @param others of processes that have nothing to do with the run
   * @param noisy the others used more than a tenth of one processor
   */
  record CpuUse(Map<String, Double> parts, double others, boolean noisy) {}
}
