package io.penstock.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What recording costs and what becomes of records, as it goes into a file. What was not asked for
 * is null.
 *
 * @param startedAt UTC
 * @param logged null when nothing was called
 */
record TrailResult(
    Instant startedAt,
    Revision revision,
    Machine machine,
    Settings settings,
    @Nullable Calls calls,
    @Nullable Absorbed absorbed,
    @Nullable Lag lag,
    @Nullable Logged logged,
    @Nullable Search search) {

  /** What was asked for, and how the processes were started. */
  record Settings(
      int rounds,
      int seconds,
      int warmUp,
      int connections,
      int floodSeconds,
      int lagRate,
      int lagSeconds,
      long records,
      int searches,
      String platformFlags,
      String indexHeap) {}

  /** What is to be reached. */
  record Targets(
      double callsPerSecond, double absorbedPerSecond, double lagP95Ms, double searchP95Ms) {}

  @JsonProperty
  Targets targets() {
    return new Targets(4_000, 2_000, 2_000, 100);
  }

  /**
   * The same call, recorded and not, in turn.
   *
   * @param caughtUpSeconds after each recorded round: how long until all its records were kept
   */
  record Calls(List<CallRound> recorded, List<CallRound> unrecorded, List<Double> caughtUpSeconds) {
    Calls {
      recorded = List.copyOf(recorded);
      unrecorded = List.copyOf(unrecorded);
      caughtUpSeconds = List.copyOf(caughtUpSeconds);
    }

    @JsonProperty
    CallResult.Summary recordedMedian() {
      return CallResult.Summary.of(recorded);
    }

    @JsonProperty
    CallResult.Summary unrecordedMedian() {
      return CallResult.Summary.of(unrecorded);
    }

    /** What recording adds to the median of a call's times. */
    @JsonProperty
    double addedP50Ms() {
      return recordedMedian().p50Ms() - unrecordedMedian().p50Ms();
    }

    @JsonProperty
    double addedP99Ms() {
      return recordedMedian().p99Ms() - unrecordedMedian().p99Ms();
    }
  }

  /**
   * A flood of calls, and what log and index do with its records afterwards.
   *
   * @param backlog records that waited when the flood was over
   * @param seconds from then until all were kept
   * @param waiting how many still waited in between
   */
  record Absorbed(CallRound flood, long backlog, double seconds, List<Waiting> waiting) {
    Absorbed {
      waiting = List.copyOf(waiting);
    }

    /** A small backlog says how long one message takes, not how many records are taken. */
    static final long JUDGED_FROM = 10_000;

    @JsonProperty
    boolean judged() {
      return backlog >= JUDGED_FROM;
    }

    /** What log and index take when they have the machine. */
    @JsonProperty
    double perSecond() {
      return backlog / seconds;
    }

    /** The same over the flood and what came after. */
    @JsonProperty
    double perSecondInAll() {
      return flood.calls() / (flood.seconds() + seconds);
    }
  }

  /** Records in the outbox, so many seconds after the flood. */
  record Waiting(double second, long records) {}

  /** From an answer's last byte until a search finds its record. */
  record Lag(
      double callsPerSecond, int samples, double p50Ms, double p95Ms, double p99Ms, double maxMs) {
    static Lag of(double callsPerSecond, List<Double> millis) {
      return new Lag(
          callsPerSecond,
          millis.size(),
          Figures.percentile(millis, 0.5),
          Figures.percentile(millis, 0.95),
          Figures.percentile(millis, 0.99),
          Figures.percentile(millis, 1));
    }
  }

  /**
   * The log's own count.
   *
   * @param calls made and recorded, those to warm up included
   * @param records by how much the checkpoint's size grew meanwhile: as many
   */
  record Logged(long calls, long records) {}

  /**
   * Searches in a large index, each for a term and a time range.
   *
   * @param fillSeconds to make the index, by one thread
   * @param indexMb in 10^6 bytes, on the disk
   * @param peakMb largest resident set of the process
   * @param page a page of the newest 100
   * @param counted the same, and how many there are in all
   * @param foundMedian how many there are in all
   */
  record Search(
      long records,
      double fillSeconds,
      double indexMb,
      double peakMb,
      Times page,
      Times counted,
      double foundMedian) {

    @JsonProperty
    double filledPerSecond() {
      return records / fillSeconds;
    }
  }

  /** How long searches took. */
  record Times(int searches, double p50Ms, double p95Ms, double p99Ms, double maxMs) {
    static Times of(List<Double> millis) {
      return new Times(
          millis.size(),
          Figures.percentile(millis, 0.5),
          Figures.percentile(millis, 0.95),
          Figures.percentile(millis, 0.99),
          Figures.percentile(millis, 1));
    }
  }
}
