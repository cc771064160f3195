package io.penstock.storage.access;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One read for all calls that ask at the same time. A call that finds a place reads at once;
 * whoever asks while all places are taken waits for the next read, which reads for all who wait. So
 * a read always begins after the question: nobody is told what was true before he asked, as a cache
 * would. Under load a read answers many calls, on an idle machine one. A read that takes long,
 * since a key has much to read or the database does not answer, holds the next one up for a moment
 * only.
 *
 * <p>Not for use inside a transaction, whose own changes the read would not see. Thread-safe.
 */
public final class SharedRead<K, V> {

  /** Reads the values of these keys; those that have none are left out. */
  @FunctionalInterface
  public interface Source<K, V> {
    Map<K, V> read(Set<K> keys);
  }

  /** One: two reads side by side cost the database more than a larger one. */
  private static final int PLACES = 1;

  /** Reads under way at once, where one takes long for its keys' sake or hangs. */
  private static final int MOST = 4;

  /** So long the next read waits for one that takes long. */
  private static final Duration PATIENCE = Duration.ofMillis(50);

  /**
   * The keys for {@code = ANY(…)}, in a form whose length PostgreSQL's planner does not see. With
   * the plain parameter a short array looks cheaper than the average, and each read is planned
   * anew, which takes longer than the read ("PREPARE", notes on generic and custom plans).
   *
   * @param parameter of type {@code bigint[]}, as the statement writes it
   */
  public static String keys(String parameter) {
    return "ARRAY(SELECT unnest(%s::bigint[]))".formatted(parameter);
  }

  private final Source<K, V> source;
  private final int places;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Round<K, V> gathering;
  private int reading;

  public SharedRead(Source<K, V> source) {
    this(source, PLACES, PATIENCE);
  }

  /**
   * @param places how many reads may be under way at once, but for those that take long
   * @param patience with one that does
   */
  SharedRead(Source<K, V> source, int places, Duration patience) {
    this.source = source;
    this.places = places;
    this.patience = patience;
  }

  /** Those who are answered by one read; the first of them carries it out. */
  private static final class Round<K, V> {
    private final Set<K> keys = new HashSet<>();
    private final CompletableFuture<@Nullable Void> turn = new CompletableFuture<>();
    private final CompletableFuture<Map<K, V>> answer = new CompletableFuture<>();
  }

  /**
   * The key's value, as it was at some moment after this was called.
   *
   * @throws RuntimeException what the read ended with: each call of its round gets it
   */
  public Optional<V> of(K key) {
    boolean first = false;
    @Nullable Round<K, V> round;
    lock.lock();
    try {
      round = gathering;
      if (round == null) {
        first = true;
        round = new Round<>();
        gathering = round;
      }
      round.keys.add(key);
      if (first && reading < places) {
        reading++;
        round.turn.complete(null);
      }
    } finally {
      lock.unlock();
    }
    if (first) {
      awaitTurn(round);
      carryOut(round);
    }
    try {
      return Optional.ofNullable(round.answer.join().get(key));
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Whoever is interrupted still reads, for the others of the round. */
  private void awaitTurn(Round<K, V> round) {
    boolean interrupted = false;
    while (!round.turn.isDone()) {
      try {
        var _ = round.turn.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        goBeside(round);
      } catch (InterruptedException _) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void goBeside(Round<K, V> round) {
    lock.lock();
    try {
      if (reading < MOST && round.turn.complete(null)) {
        reading++;
      }
    } finally {
      lock.unlock();
    }
  }

  private void carryOut(Round<K, V> round) {
    lock.lock();
    try {
      gathering = null;
    } finally {
      lock.unlock();
    }
    try {
      round.answer.complete(source.read(round.keys));
    } catch (RuntimeException | Error e) {
      round.answer.completeExceptionally(e);
    } finally {
      handOver();
    }
  }

  /** To those who asked meanwhile, if there are any. */
  private void handOver() {
    lock.lock();
    try {
      boolean taken = gathering != null && gathering.turn.complete(null);
      if (!taken) {
        reading--;
      }
    } finally {
      lock.unlock();
    }
  }
}
