package io.penstock.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One comparison.
 *
 * @param path through the platform
 * @param yardsticks the first is what a ratio's target is about, the others are for information
 * @param target null: none was set
 * @param figures what else there is to say, each with its unit in its name
 * @param workerPeakMb largest resident set of the worker until here, in 10^6 bytes
 */
record ScenarioResult(
    Scenario scenario,
    Series path,
    List<Series> yardsticks,
    @Nullable Target target,
    Map<String, Object> figures,
    double workerPeakMb) {

  ScenarioResult {
    yardsticks = List.copyOf(yardsticks);
    figures = new LinkedHashMap<>(figures);
  }

  /**
   * Seconds of each yardstick by seconds of the path, of the medians: above 1, the path is faster.
   */
  @JsonProperty
  Map<String, Double> ratios() {
    Map<String, Double> ratios = new LinkedHashMap<>();
    yardsticks.forEach(side -> ratios.put(side.name(), ratio(side)));
    return ratios;
  }

  double ratio(Series yardstick) {
    return yardstick.seconds().median() / path.seconds().median();
  }

  /**
   * What was to be reached.
   *
   * @param measure of what, with its unit
   * @param judged false: the run was smaller than the target is meant for
   */
  record Target(String measure, double atLeast, double reached, boolean judged) {
    @JsonProperty
    boolean met() {
      return reached >= atLeast;
    }
  }
}
