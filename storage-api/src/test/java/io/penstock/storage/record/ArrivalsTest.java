package io.penstock.storage.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private final AtomicLong now = new AtomicLong();
  private final Arrivals arrivals = new Arrivals(now::get);

  @Test
  void whatAuditServiceKeepsUpWithIsNoFlood() {
    arrivals.add(2_000);
    pass(Duration.ofSeconds(1));

    assertThat(arrivals.areFlood()).isFalse();
  }

  @Test
  void floodBeginsAndEndsWithinAQuarterOfASecond() {
    arrivals.add(501);
    assertThat(arrivals.areFlood()).as("too early to say").isFalse();
    pass(Duration.ofMillis(250));
    assertThat(arrivals.areFlood()).isTrue();

    pass(Duration.ofMillis(249));
    assertThat(arrivals.areFlood()).isTrue();
    pass(Duration.ofMillis(1));
    assertThat(arrivals.areFlood()).isFalse();
  }

  @Test
  void lengthOfAFloodIsCountedFromItsBeginning() {
    flood(8);
    assertThat(arrivals.areFloodFor(Duration.ofSeconds(2))).isFalse();
    flood(1);
    assertThat(arrivals.areFloodFor(Duration.ofSeconds(2))).isTrue();

    pass(Duration.ofSeconds(1));
    assertThat(arrivals.areFloodFor(Duration.ofSeconds(2))).isFalse();
    flood(1);
    assertThat(arrivals.areFloodFor(Duration.ofSeconds(2))).isFalse();
  }

  private void flood(int quarters) {
    for (int i = 0; i < quarters; i++) {
      arrivals.add(1_000);
      pass(Duration.ofMillis(250));
      assertThat(arrivals.areFlood()).isTrue();
    }
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
