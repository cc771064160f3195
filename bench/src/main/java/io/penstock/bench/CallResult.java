package io.penstock.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * Measured calls, each round of them, as they go into a file.
 *
 * @param startedAt UTC
 * @param verify rounds of {@code GET tokens/verify}, in turn with {@code bare}
 * @param caughtUpSeconds after each round of {@code verify}: how long until all its records were
 *     kept
 * @param buckets rounds of {@code GET buckets}
 * @param disturbed rounds before which the machine was not idle in time
 * @param recorded audit records of all calls, those to warm up included, and of their events
 */
record CallResult(
    Instant startedAt,
    Revision revision,
    Machine machine,
    Settings settings,
    List<CallRound> verify,
    List<CallRound> bare,
    List<Double> caughtUpSeconds,
    List<CallRound> buckets,
    int disturbed,
    long recorded) {

  CallResult {
    verify = List.copyOf(verify);
    bare = List.copyOf(bare);
    caughtUpSeconds = List.copyOf(caughtUpSeconds);
    buckets = List.copyOf(buckets);
  }

  /**
   * What was asked for, and how the servers were started.
   *
   * @param idleWait seconds, at most, before each round
   * @param wrk the version of what called, but for warm-up and buckets
   */
  record Settings(
      int rounds,
      int seconds,
      int warmUp,
      int connections,
      int buckets,
      int bucketConnections,
      int idleWait,
      String wrk,
      String platformFlags) {}

  /** What is to be reached. */
  record Targets(
      double verifyPerSecond, double ratioToBare, double verifyP99Ms, double bucketsP99Ms) {}

  @JsonProperty
  Targets targets() {
    return new Targets(6_000, 0.2, 20, 100);
  }

  /** Medians of the rounds. */
  record Summary(double perSecond, double p50Ms, double p99Ms) {
    static Summary of(List<CallRound> rounds) {
      return new Summary(
          Figures.of(rounds.stream().map(CallRound::perSecond).toList()).median(),
          Figures.of(rounds.stream().map(CallRound::p50Ms).toList()).median(),
          Figures.of(rounds.stream().map(CallRound::p99Ms).toList()).median());
    }
  }

  @JsonProperty
  Summary verifyMedian() {
    return Summary.of(verify);
  }

  @JsonProperty
  Summary bareMedian() {
    return Summary.of(bare);
  }

  @JsonProperty
  Summary bucketsMedian() {
    return Summary.of(buckets);
  }

  @JsonProperty
  double ratioToBare() {
    return verifyMedian().perSecond() / bareMedian().perSecond();
  }
}
