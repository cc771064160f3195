package io.penstock.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Many loads of a handful of rows, one after the other, by one client. */
final class SmallLoads implements Side {
  private static final String TABLE = "small";
  private static final Duration POLL = Duration.ofMillis(10);

  private final Bed bed;
  private final long file;
  private final int warmUps;
  private final int loads;
  private List<Double> milliseconds = List.of();
  private long lastJob;

  SmallLoads(Bed bed, long file, int warmUps, int loads) {
    this.bed = bed;
    this.file = file;
    this.warmUps = warmUps;
    this.loads = loads;
  }

  @Override
  public String name() {
    return "penstock, %d loads".formatted(loads);
  }

  @Override
  public String what() {
    return "each from POST import-async of 10 rows until the job is seen to be a success, polled every %d ms; %d before them not counted"
        .formatted(POLL.toMillis(), warmUps);
  }

  @Override
  public void prepare() throws Exception {
    bed.client().createTable(TABLE, file, List.of());
    for (int i = 0; i < warmUps; i++) {
      bed.client().load(TABLE, file, Map.of(), POLL);
    }
  }

  @Override
  public void run() throws Exception {
    List<Double> seen = new ArrayList<>(loads);
    for (int i = 0; i < loads; i++) {
      long begin = System.nanoTime();
      lastJob = bed.client().load(TABLE, file, Map.of(), POLL);
      seen.add((System.nanoTime() - begin) / 1e6);
    }
    milliseconds = List.copyOf(seen);
  }

  /** Of each load of the last run, in their order. */
  List<Double> milliseconds() {
    return milliseconds;
  }

  @Override
  public Optional<Content> verify() throws Exception {
    Warehouse warehouse = bed.warehouse();
    return Optional.of(warehouse.content(warehouse.project(), warehouse.generation(lastJob)));
  }

  @Override
  public void clear() throws Exception {
    bed.client().drop(TABLE);
  }
}
