package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void medianOfAnOddNumberIsTheMiddleOne() {
    assertThat(Figures.of(List.of(3.0, 1.0, 9.0))).isEqualTo(new Figures(3, 1, 9));
  }

  @Test
  void medianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Figures.of(List.of(4.0, 1.0, 2.0, 9.0)).median()).isEqualTo(3);
  }

  @Test
  void percentileIsTheNearestRank() {
    List<Double> hundred = IntStream.rangeClosed(1, 300).mapToObj(i -> (double) i).toList();

    assertThat(Figures.percentile(hundred, 0.5)).isEqualTo(150);
    assertThat(Figures.percentile(hundred, 0.99)).isEqualTo(297);
    assertThat(Figures.percentile(hundred, 1)).isEqualTo(300);
    assertThat(Figures.percentile(List.of(7.0), 0.01)).isEqualTo(7);
  }

  @Test
  void nothingHasNoMedian() {
    assertThatIllegalArgumentException().isThrownBy(() -> Figures.of(List.of()));
  }
}
