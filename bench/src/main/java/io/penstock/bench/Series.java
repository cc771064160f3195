package io.penstock.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * All runs of one side.
 *
 * @param name short, for the table
 * @param what in words: what was timed
 * @param runs in their order, noisy ones included
 */
record Series(String name, String what, List<Measurement> runs) {

  Series {
    runs = List.copyOf(runs);
  }

  /** The runs that count: those that nobody disturbed, or all when each was disturbed. */
  private List<Measurement> counted() {
    List<Measurement> clean = runs.stream().filter(run -> !run.noisy()).toList();
    return clean.isEmpty() ? runs : clean;
  }

  @JsonProperty
  Figures seconds() {
    return Figures.of(counted().stream().map(Measurement::seconds).toList());
  }

  @JsonProperty
  double cpuSecondsMedian() {
    return Figures.of(counted().stream().map(Measurement::cpu).toList()).median();
  }

  /** How many runs the figures are of. */
  @JsonProperty
  int countedRuns() {
    return counted().size();
  }

  /** Whether each run was disturbed, so that the figures are worth little. */
  @JsonProperty
  boolean noisy() {
    return runs.stream().allMatch(Measurement::noisy);
  }
}
