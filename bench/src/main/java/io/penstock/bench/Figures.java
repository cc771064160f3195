package io.penstock.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Median and spread of some numbers.
 *
 * @param median the middle one, or the mean of the two in the middle
 */
record Figures(double median, double min, double max) {

  /**
   * @throws IllegalArgumentException when there are none
   */
  static Figures of(List<Double> numbers) {
    double[] sorted = sorted(numbers);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Figures(median, sorted[0], sorted[sorted.length - 1]);
  }

  /**
   * The smallest of the numbers that so much of them do not exceed (nearest rank).
   *
   * @param share above 0, up to 1: 0.99 for p99
   */
  static double percentile(List<Double> numbers, double share) {
    if (share <= 0 || share > 1) {
      throw new IllegalArgumentException("not a share: " + share);
    }
    double[] sorted = sorted(numbers);
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  private static double[] sorted(List<Double> numbers) {
    if (numbers.isEmpty()) {
      throw new IllegalArgumentException("no numbers");
    }
    double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}
