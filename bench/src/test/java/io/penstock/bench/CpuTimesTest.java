package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.bench.CpuTimes.CpuUse;
import io.penstock.bench.ProcessTable.Entry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuTimesTest {
  @Test
  void statLineIsReadThroughAnyName() {
    String line =
        "4711 (tmux: a) b (c) S 1 4711 4711 0 -1 4194560 100 200 0 0 120 30 7 3 20 0 1 0 5000 1 2";

    assertThat(Entry.parse(line)).isEqualTo(new Entry(4711, 1, "tmux: a) b (c", 150, 10));
  }

  @Test
  void treeCountsChildrenThatLiveAndThoseThatHaveEnded() {
    ProcessTable table =
        new ProcessTable(
            List.of(
                new Entry(10, 1, "postgres", 5, 100),
                new Entry(11, 10, "postgres", 20, 0),
                new Entry(12, 11, "child", 3, 1),
                new Entry(13, 10, "apart", 1000, 0),
                new Entry(20, 1, "other", 999, 0)));

    assertThat(table.ticksOfTree(10, Set.of(10L, 13L))).isEqualTo(129);
    assertThat(table.ticksOf(10)).isEqualTo(5);
    assertThat(table.ticksOfTree(99, Set.of())).isZero();
  }

  @Test
  void busyIsUserNiceSystemAndSteal() {
    assertThat(CpuTimes.busyTicks("cpu  1000 200 30 9999 9999 9999 9999 4 7 7")).isEqualTo(1234);
  }

  @Test
  void aTenthOfAProcessorForOthersIsStillQuiet() {
    assertThat(used(150, 0).noisy()).isFalse();
    assertThat(used(200, 0).noisy()).isFalse();
  }

  @Test
  void moreForOthersIsNoise() {
    CpuUse used = used(201, 0);

    assertThat(used.noisy()).isTrue();
    assertThat(used.others()).isEqualTo(1.01);
  }

  @Test
  void whatOurOwnPartsUseIsNoNoise() {
    CpuUse used = used(1200, 1100);

    assertThat(used.noisy()).isFalse();
    assertThat(used.parts()).containsEntry("worker", 12.0);
  }

  /** Ten seconds in which the machine was busy for so many ticks, the worker for 100 and more. */
  private static CpuUse used(long busy, long more) {
    CpuTimes before = new CpuTimes(5000, Map.of("worker", 40L));
    return new CpuTimes(5000 + busy, Map.of("worker", 140L + more)).since(before, 10);
  }

  @Test
  void thisProcessIsInTheTable() {
    long pid = ProcessHandle.current().pid();

    CpuTimes now = CpuTimes.now(new CpuTimes.Parts(Map.of("client", pid), Set.of()));

    assertThat(now.parts()).hasEntrySatisfying("client", ticks -> assertThat(ticks).isPositive());
    assertThat(now.busy()).isGreaterThan(0);
  }
}
