package io.penstock.storage.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedReadTest {
  private static final Set<Thread.State> WAITING =
      Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

  private final List<Thread> asking = new CopyOnWriteArrayList<>();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          task -> {
            Thread thread = Thread.ofPlatform().unstarted(task);
            asking.add(thread);
            return thread;
          });
  private final List<Set<Integer>> reads = new CopyOnWriteArrayList<>();
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);
  private final AtomicInteger stored = new AtomicInteger(1);

  private final SharedRead<Integer, Integer> read =
      new SharedRead<>(this::read, 1, Duration.ofHours(1));

  /** Reads what is stored when it begins, and ends when it is let. */
  private Map<Integer, Integer> read(Set<Integer> keys) {
    reads.add(Set.copyOf(keys));
    int now = stored.get();
    begun.release();
    mayEnd.acquireUninterruptibly();
    if (now < 0) {
      throw new IllegalStateException("away");
    }
    Map<Integer, Integer> found = new HashMap<>();
    keys.stream().filter(key -> key > 0).forEach(key -> found.put(key, now * key));
    return found;
  }

  @AfterEach
  void end() {
    mayEnd.release(1000);
    threads.close();
  }

  @Test
  void loneQuestionIsReadAtOnce() {
    mayEnd.release(2);

    assertThat(read.of(3)).contains(3);
    assertThat(read.of(-3)).isEmpty();
    assertThat(reads).containsExactly(Set.of(3), Set.of(-3));
  }

  @Test
  void whoAsksDuringAReadIsAnsweredByTheNextWithWhatIsTrueThen() throws Exception {
    Future<Integer> early = ask(1);
    begun.acquire();
    stored.set(10);
    List<Future<Integer>> late = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      late.add(ask(1 + i % 4));
    }
    awaitQuestions();
    mayEnd.release(2);

    assertThat(early.get()).isEqualTo(1);
    for (int i = 0; i < 100; i++) {
      assertThat(late.get(i).get()).isEqualTo(10 * (1 + i % 4));
    }
    assertThat(reads).containsExactly(Set.of(1), Set.of(1, 2, 3, 4));
  }

  @Test
  void thereAreAsManyReadsAtOnceAsPlaces() throws Exception {
    SharedRead<Integer, Integer> two = new SharedRead<>(this::read, 2, Duration.ofHours(1));
    List<Future<Integer>> answers = new ArrayList<>();
    for (int key = 1; key <= 2; key++) {
      int asked = key;
      answers.add(threads.submit(() -> two.of(asked).orElseThrow()));
      begun.acquire();
    }
    for (int key = 3; key <= 5; key++) {
      int asked = key;
      answers.add(threads.submit(() -> two.of(asked).orElseThrow()));
    }
    awaitQuestions();
    mayEnd.release(3);

    for (int key = 1; key <= 5; key++) {
      assertThat(answers.get(key - 1).get()).isEqualTo(key);
    }
    assertThat(reads).containsExactly(Set.of(1), Set.of(2), Set.of(3, 4, 5));
  }

  @Test
  void readThatTakesLongHoldsNobodyUpForLong() throws Exception {
    SharedRead<Integer, Integer> patient = new SharedRead<>(this::read, 1, Duration.ofMillis(1));
    List<Future<Integer>> answers = new ArrayList<>();
    for (int key = 1; key <= 4; key++) {
      int asked = key;
      answers.add(threads.submit(() -> patient.of(asked).orElseThrow()));
      assertThat(begun.tryAcquire(10, TimeUnit.SECONDS)).as("beside those that hang").isTrue();
    }
    answers.add(threads.submit(() -> patient.of(5).orElseThrow()));
    assertThat(begun.tryAcquire(50, TimeUnit.MILLISECONDS)).as("four at most").isFalse();
    mayEnd.release(5);

    for (int key = 1; key <= 5; key++) {
      assertThat(answers.get(key - 1).get()).isEqualTo(key);
    }
  }

  @Test
  void failedReadFailsThoseWhoSharedItAndNobodyElse() throws Exception {
    stored.set(-1);
    Future<Integer> failing = ask(1);
    begun.acquire();
    stored.set(5);
    Future<Integer> next = ask(1);
    awaitQuestions();
    mayEnd.release(2);

    assertThatThrownBy(failing::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("away");
    assertThat(next.get()).isEqualTo(5);
  }

  @Test
  void interruptedCallerStillReadsForTheOthers() throws Exception {
    Future<Integer> first = ask(1);
    begun.acquire();
    Future<Integer> interrupted = ask(2);
    awaitQuestions();
    asking.getLast().interrupt();
    Future<Integer> other = ask(3);
    mayEnd.release(3);

    assertThat(first.get()).isEqualTo(1);
    assertThat(other.get()).isEqualTo(3);
    assertThat(interrupted.get()).isEqualTo(2);
  }

  /** Many threads, many keys: everyone gets his own value, never an older one than his question. */
  @Test
  void nobodyIsToldWhatWasTrueBeforeHeAsked() throws Exception {
    AtomicInteger clock = new AtomicInteger(1);
    SharedRead<Integer, Integer> shared =
        new SharedRead<>(
            keys -> {
              int now = clock.get();
              Map<Integer, Integer> found = new HashMap<>();
              keys.forEach(key -> found.put(key, now));
              return found;
            });
    List<Future<Boolean>> right = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int key = i % 7;
      right.add(
          threads.submit(
              () -> {
                boolean all = true;
                for (int round = 0; round < 200; round++) {
                  int before = clock.incrementAndGet();
                  all &= shared.of(key).orElseThrow() >= before;
                }
                return all;
              }));
    }

    for (Future<Boolean> one : right) {
      assertThat(one.get()).isTrue();
    }
  }

  private Future<Integer> ask(int key) {
    return threads.submit(() -> read.of(key).orElseThrow());
  }

  /** Until all who ask wait for something. */
  private void awaitQuestions() throws InterruptedException {
    while (!asking.stream().allMatch(thread -> WAITING.contains(thread.getState()))) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }
}
