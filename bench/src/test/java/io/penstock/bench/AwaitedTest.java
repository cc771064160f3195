package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AwaitedTest {
  private static final Instant FIRST = Instant.parse("2030-01-01T00:00:00Z");
  private final UUID one = new UUID(1, 1);
  private final UUID two = new UUID(2, 2);
  private final Awaited awaited = new Awaited();

  @Test
  void lagIsFromTheAnswerToTheSearchThatFoundTheRecord() {
    awaited.add(one, new Awaited.Answered(FIRST, 1_000_000));
    awaited.add(two, new Awaited.Answered(FIRST.plusMillis(1), 2_000_000));

    awaited.found(List.of(new UUID(3, 3), two), 12_000_000);
    awaited.found(List.of(one, two), 21_000_000);

    assertThat(awaited.millis()).containsExactly(10.0, 20.0);
    assertThat(awaited.waiting()).isZero();
  }

  @Test
  void searchesBeginWithTheOldestThatIsNotFound() {
    awaited.add(two, new Awaited.Answered(FIRST.plusSeconds(1), 2));
    awaited.add(one, new Awaited.Answered(FIRST, 1));
    assertThat(awaited.oldest()).contains(FIRST);

    awaited.found(List.of(one), 3);
    assertThat(awaited.oldest()).contains(FIRST.plusSeconds(1));

    awaited.found(List.of(two), 4);
    assertThat(awaited.oldest()).isEmpty();
  }
}
