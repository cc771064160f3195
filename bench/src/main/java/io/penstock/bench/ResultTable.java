package io.penstock.bench;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** A result for a person. */
final class ResultTable {
  private static final String ROW = "%-9s %-28s %9s %17s %7s %7s   %s%n";

  private final PrintWriter out;

  ResultTable(PrintWriter out) {
    this.out = out;
  }

  void print(BenchResult result) {
    out.println();
    out.printf(ROW, "", "", "median s", "min–max", "cpu s", "ratio", "target");
    result.scenarios().forEach(this::print);
    out.println();
    out.printf(
        Locale.ROOT,
        "Peak resident set: worker %.0f MB (%s), platform %.0f MB%n",
        result.memory().workerPeakMb(),
        String.join(" ", result.settings().workerFlags()),
        result.memory().platformPeakMb());
    result.notes().forEach(out::println);
    out.flush();
  }

  private void print(ScenarioResult result) {
    line(result.scenario().toString(), result.path(), "", target(result));
    for (Series side : result.yardsticks()) {
      line("", side, number(result.ratio(side)), "");
    }
    result.figures().forEach(this::figure);
  }

  private void line(String scenario, Series side, String ratio, String target) {
    Figures seconds = side.seconds();
    out.printf(
        ROW,
        scenario,
        side.name(),
        number(seconds.median()),
        number(seconds.min()) + "–" + number(seconds.max()),
        number(side.cpuSecondsMedian()),
        ratio,
        target + (side.noisy() ? "  NOISY" : ""));
  }

  private void figure(String name, Object value) {
    if (value instanceof Number figure) {
      out.printf("%-9s   %s %s%n", "", name, shown(figure));
    } else if (value instanceof Map<?, ?> figures) {
      StringBuilder line = new StringBuilder();
      figures.forEach(
          (key, figure) -> line.append(' ').append(key).append(' ').append(shown(figure)));
      out.printf("%-9s   %s%s%n", "", name, line);
    }
  }

  private static String shown(@org.jspecify.annotations.Nullable Object figure) {
    return figure instanceof Double number
        ? number(number)
        : figure instanceof Number whole
            ? String.format(Locale.ROOT, "%,d", whole.longValue())
            : String.valueOf(figure);
  }

  private static String target(ScenarioResult result) {
    ScenarioResult.Target target = result.target();
    return target == null
        ? ""
        : "%s %s, to be %s: %s"
            .formatted(
                target.measure(),
                number(target.reached()),
                number(target.atLeast()),
                target.judged() ? (target.met() ? "met" : "MISSED") : "not judged, too few rows");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
