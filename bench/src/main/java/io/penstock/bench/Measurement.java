package io.penstock.bench;

import java.util.Map;

/**
 * One run.
 *
 * @param seconds on the wall
 * @param cpuSeconds by part
 * @param otherCpuSeconds of processes that have nothing to do with the run
 * @param noisy those used more than a tenth of one processor
 * @param startedQuiet the machine was idle just before
 * @param content what was verified; null for a side whose output goes nowhere
 */
record Measurement(
    double seconds,
    Map<String, Double> cpuSeconds,
    double otherCpuSeconds,
    boolean noisy,
    boolean startedQuiet,
    @org.jspecify.annotations.Nullable Content content) {

  double cpu() {
    return cpuSeconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }
}
