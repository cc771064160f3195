package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StopwatchTest {
  private static final Content ROWS = new Content(10, "42");

  private final List<String> steps = new ArrayList<>();
  private final List<Long> busy = new ArrayList<>();

  @Test
  void onlyTheRunIsTimedAndItStartsQuiet() throws Exception {
    List<Measurement> runs = stopwatch().measure(side(ROWS), new Expected(10));

    assertThat(steps).containsExactly("prepare", "quiet", "cpu", "run", "cpu", "verify", "clear");
    assertThat(runs).hasSize(1);
    assertThat(runs.getFirst().noisy()).isFalse();
    assertThat(runs.getFirst().startedQuiet()).isTrue();
    assertThat(runs.getFirst().content()).isEqualTo(ROWS);
  }

  @Test
  void disturbedRunIsRepeatedOnceAndBothAreKept() throws Exception {
    busy.addAll(List.of(0L, 1_000_000L, 1_000_000L, 1_000_000L));

    List<Measurement> runs = stopwatch().measure(side(ROWS), new Expected(10));

    assertThat(runs).extracting(Measurement::noisy).containsExactly(true, false);
  }

  @Test
  void secondDisturbanceIsNotRepeatedAgain() throws Exception {
    busy.addAll(List.of(0L, 1_000_000L, 2_000_000L, 3_000_000L));

    List<Measurement> runs = stopwatch().measure(side(ROWS), new Expected(10));

    assertThat(runs).extracting(Measurement::noisy).containsExactly(true, true);
  }

  @Test
  void lostRowFails() {
    assertThatExceptionOfType(Expected.VerificationFailure.class)
        .isThrownBy(() -> stopwatch().measure(side(new Content(9, "42")), new Expected(10)))
        .withMessageContaining("9 rows instead of 10");
  }

  @Test
  void otherRowsThanTheFirstSideHadFail() throws Exception {
    Expected expected = new Expected(10);
    stopwatch().measure(side(ROWS), expected);

    assertThatExceptionOfType(Expected.VerificationFailure.class)
        .isThrownBy(() -> stopwatch().measure(side(new Content(10, "43")), expected));
  }

  private Stopwatch stopwatch() {
    return new Stopwatch(() -> steps.add("quiet"), this::cpu, true, _ -> {});
  }

  private CpuTimes cpu() {
    steps.add("cpu");
    return new CpuTimes(busy.isEmpty() ? 0 : busy.removeFirst(), Map.of());
  }

  private Side side(Content content) {
    return new Side() {
      @Override
      public String name() {
        return "side";
      }

      @Override
      public String what() {
        return "nothing";
      }

      @Override
      public void prepare() {
        steps.add("prepare");
      }

      @Override
      public void run() {
        steps.add("run");
      }

      @Override
      public Optional<Content> verify() {
        steps.add("verify");
        return Optional.of(content);
      }

      @Override
      public void clear() {
        steps.add("clear");
      }
    };
  }
}
