package io.penstock.uploader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTextTest {
  private static final Duration FOUR_SECONDS = Duration.ofSeconds(4);

  @Test
  void lineShowsBarPercentSizesSpeedAndTimeLeft() {
    assertThat(ProgressText.line(100, 4_000_000, 16_000_000, FOUR_SECONDS))
        .isEqualTo(
            "sending [##########------------------------------] 25 %  4.0 MB of 16.0 MB  1.0 MB/s"
                + "  12 s left");
  }

  @Test
  void narrowTerminalsSeeWhatMattersMost() {
    assertThat(ProgressText.line(60, 4_000_000, 16_000_000, FOUR_SECONDS))
        .isEqualTo("sending [###------------] 25 %  4.0 MB of 16.0 MB  1.0 MB/s");
    assertThat(ProgressText.line(50, 4_000_000, 16_000_000, FOUR_SECONDS))
        .isEqualTo("sending [###------------] 25 %  4.0 MB of 16.0 MB");
    assertThat(ProgressText.line(30, 4_000_000, 16_000_000, FOUR_SECONDS))
        .isEqualTo("sending [###-----------] 25 %");
    assertThat(ProgressText.line(10, 4_000_000, 16_000_000, FOUR_SECONDS)).isEqualTo("25 %");
  }

  @Test
  void lineNeverReachesTheLastColumn() {
    for (int width = 1; width <= 200; width++) {
      for (long sent : new long[] {0, 1, 999, 123_456_789_012L, 999_999_999_999L}) {
        assertThat(ProgressText.line(width, sent, 999_999_999_999L, Duration.ofHours(3)).length())
            .isLessThan(Math.max(2, width));
      }
    }
  }

  @Test
  void hundredPercentIsOnlyTheWhole() {
    assertThat(ProgressText.percent(999_999, 1_000_000)).isEqualTo(99);
    assertThat(ProgressText.percent(1_000_000, 1_000_000)).isEqualTo(100);
    assertThat(ProgressText.percent(0, 1_000_000)).isZero();
  }

  @Test
  void sizesChangeTheirUnitInTime() {
    assertThat(ProgressText.size(999)).isEqualTo("999 B");
    assertThat(ProgressText.size(1000)).isEqualTo("1.0 kB");
    assertThat(ProgressText.size(999_949)).isEqualTo("999.9 kB");
    assertThat(ProgressText.size(999_950)).isEqualTo("1.0 MB");
    assertThat(ProgressText.size(5_368_709_120L)).isEqualTo("5.4 GB");
  }

  @Test
  void timesAreReadable() {
    assertThat(ProgressText.time(59)).isEqualTo("59 s");
    assertThat(ProgressText.time(185)).isEqualTo("3 min 5 s");
    assertThat(ProgressText.time(7800)).isEqualTo("2 h 10 min");
  }
}
