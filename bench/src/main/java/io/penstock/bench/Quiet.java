package io.penstock.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * What comes before each timed run: a CHECKPOINT of the warehouse, {@code sync}, and a wait until
 * the machine has done next to nothing for a second and no autovacuum runs.
 */
final class Quiet implements Callable<Boolean> {
  private static final Duration WINDOW = Duration.ofSeconds(1);
  private static final double IDLE_SHARE = 0.10;

  private final Warehouse warehouse;
  private final Duration patience;

  /**
   * @param patience how long to wait for an idle second; zero: not at all
   */
  Quiet(Warehouse warehouse, Duration patience) {
    this.warehouse = warehouse;
    this.patience = patience;
  }

  @Override
  public Boolean call() throws IOException, InterruptedException, SQLException {
    warehouse.checkpoint();
    Process sync = new ProcessBuilder("sync").inheritIO().start();
    if (!sync.waitFor(2, TimeUnit.MINUTES)) {
      sync.destroy();
    }
    long until = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < until) {
      if (isIdle() && !warehouse.isVacuuming()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIdle() throws InterruptedException {
    long before = CpuTimes.busyTicks();
    Thread.sleep(WINDOW);
    double used = (CpuTimes.busyTicks() - before) / ProcessTable.TICKS_A_SECOND;
    return used < IDLE_SHARE * WINDOW.toSeconds();
  }
}
