package io.penstock.storage.record;

import com.github.f4b6a3.uuid.factory.standard.TimeOrderedEpochFactory;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * UUIDs of version 7 that only ascend, in this process, even when the wall clock is set back: they
 * then go on from the latest time that was seen. Thread-safe.
 */
public final class RecordIds {
  private static final TimeOrderedEpochFactory IDS = ascending(System::currentTimeMillis);

  private RecordIds() {}

  public static UUID next() {
    return IDS.create();
  }

  /**
   * @param wallClock milliseconds since 1970
   */
  static TimeOrderedEpochFactory ascending(LongSupplier wallClock) {
    AtomicLong latest = new AtomicLong(Long.MIN_VALUE);
    return TimeOrderedEpochFactory.builder()
        .withTimeFunction(() -> latest.accumulateAndGet(wallClock.getAsLong(), Math::max))
        .build();
  }
}
