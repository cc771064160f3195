package io.penstock.audit.ingest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class TextBudgetTest {
  private final TextBudget budget = new TextBudget(10);

  @Test
  void neverMoreIsWorkedOnThanTheBudget() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int share = 1 + i % 7;
        running.add(
            threads.submit(
                () ->
                    budget.spend(
                        share,
                        () -> {
                          most.accumulateAndGet(now.addAndGet(share), Math::max);
                          LockSupport.parkNanos(100_000);
                          now.addAndGet(-share);
                        })));
      }
      for (Future<?> one : running) {
        one.get(10, SECONDS);
      }
    }

    assertThat(most.get()).isBetween(7, 10);
  }

  @Test
  void whatIsLongerThanTheBudgetIsWorkedOnAlone() throws Exception {
    var begun = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> large =
          threads.submit(
              () ->
                  budget.spend(
                      1_000,
                      () -> {
                        begun.countDown();
                        await(end);
                      }));
      assertThat(begun.await(10, SECONDS)).isTrue();
      Future<?> small = threads.submit(() -> budget.spend(1, () -> {}));

      while (!small.isDone() && !budget.isAwaited()) {
        LockSupport.parkNanos(100_000);
      }
      assertThat(small.isDone()).isFalse();
      end.countDown();
      large.get(10, SECONDS);
      small.get(10, SECONDS);
    }
  }

  @Test
  void workThatFailsGivesItsShareBack() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  budget.spend(
                      10,
                      () -> {
                        throw new IllegalArgumentException("not read");
                      }))
          .hasMessage("not read");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
