package io.penstock.bench;

import java.io.PrintWriter;
import java.util.Locale;

/** A measured trail for a person. */
final class TrailTable {
  private final PrintWriter out;

  TrailTable(PrintWriter out) {
    this.out = out;
  }

  void print(TrailResult result) {
    TrailResult.Targets targets = result.targets();
    out.println();
    if (result.calls() != null) {
      calls(result.calls(), targets);
    }
    if (result.absorbed() != null) {
      absorbed(result.absorbed(), targets);
    }
    if (result.lag() != null) {
      lag(result.lag(), targets);
    }
    if (result.logged() != null) {
      out.printf(
          Locale.ROOT,
          "%,d calls, %,d records in the log%n",
          result.logged().calls(),
          result.logged().records());
    }
    if (result.search() != null) {
      search(result.search(), targets);
    }
    out.flush();
  }

  private void calls(TrailResult.Calls calls, TrailResult.Targets targets) {
    round("recorded", calls.recordedMedian());
    round("unrecorded", calls.unrecordedMedian());
    out.printf(
        Locale.ROOT,
        "recorded calls: %,.0f/s (to be %,.0f); recording adds %.2f ms to p50, %.2f ms to p99%n",
        calls.recordedMedian().perSecond(),
        targets.callsPerSecond(),
        calls.addedP50Ms(),
        calls.addedP99Ms());
  }

  private void round(String name, CallResult.Summary of) {
    out.printf(
        Locale.ROOT,
        "%-14s %,9.0f/s   p50 %7.2f ms   p99 %7.2f ms   (medians of the rounds)%n",
        name,
        of.perSecond(),
        of.p50Ms(),
        of.p99Ms());
  }

  private void absorbed(TrailResult.Absorbed absorbed, TrailResult.Targets targets) {
    out.printf(
        Locale.ROOT,
        "log and index: %,d waiting records kept in %.1f s, %,.0f/s (to be %,.0f%s); %,.0f/s"
            + " with the flood's own time%n",
        absorbed.backlog(),
        absorbed.seconds(),
        absorbed.perSecond(),
        targets.absorbedPerSecond(),
        absorbed.judged() ? "" : "; not judged, too few waited",
        absorbed.perSecondInAll());
  }

  private void lag(TrailResult.Lag lag, TrailResult.Targets targets) {
    out.printf(
        Locale.ROOT,
        "found after, at %,.0f calls/s: p50 %.0f ms, p95 %.0f ms (to be below %,.0f), p99 %.0f ms,"
            + " max %.0f ms, of %,d%n",
        lag.callsPerSecond(),
        lag.p50Ms(),
        lag.p95Ms(),
        targets.lagP95Ms(),
        lag.p99Ms(),
        lag.maxMs(),
        lag.samples());
  }

  private void search(TrailResult.Search search, TrailResult.Targets targets) {
    out.printf(
        Locale.ROOT,
        "index of %,d records: %,.0f MB, made in %.0f s (%,.0f/s), process at most %,.0f MB%n",
        search.records(),
        search.indexMb(),
        search.fillSeconds(),
        search.filledPerSecond(),
        search.peakMb());
    times("search", search.page());
    times("and count", search.counted());
    out.printf(
        Locale.ROOT,
        "search: p95 %.1f ms (to be below %.0f); half of them find %,.0f records or more%n",
        search.page().p95Ms(),
        targets.searchP95Ms(),
        search.foundMedian());
  }

  private void times(String name, TrailResult.Times times) {
    out.printf(
        Locale.ROOT,
        "%-14s p50 %.2f ms   p95 %.2f ms   p99 %.2f ms   max %.2f ms   of %,d%n",
        name,
        times.p50Ms(),
        times.p95Ms(),
        times.p99Ms(),
        times.maxMs(),
        times.searches());
  }
}
