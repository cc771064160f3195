package io.penstock.storage.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecordIdsTest {
  private static final long HOUR = 3_600_000;

  @Test
  void idsAscendWhateverTheWallClockDoes() {
    var clock = new AtomicLong(1_900_000_000_000L);
    var ids = RecordIds.ascending(clock::get);
    List<String> made = new ArrayList<>();
    for (long jump : new long[] {0, HOUR, -2 * HOUR, 1, 0, HOUR, -HOUR}) {
      clock.addAndGet(jump);
      for (int i = 0; i < 1000; i++) {
        UUID id = ids.create();
        assertThat(id.version()).isEqualTo(7);
        made.add(id.toString());
      }
    }

    assertThat(made).isSorted().doesNotHaveDuplicates();
  }
}
