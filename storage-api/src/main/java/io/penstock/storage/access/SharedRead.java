package io.penstock.storage.access;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One read for all calls that ask at the same time. A call that finds a place reads at once;
 * whoever asks while all places are taken waits for the next read, which reads for all who wait. So
 * a read always begins after the question: nobody is told what was true before he asked, as a cache
 * would. Under load a read answers many calls, on an idle machine one, and nobody waits for a
 * timer.
 *
 * <p>Not for use inside a transaction, whose own changes the read would not see. Thread-safe.
 */
public final class SharedRead<K, V> {

  /** Reads the values of these keys; those that have none are left out. */
  @FunctionalInterface
  public interface Source<K, V> {
    Map<K, V> read(Set<K> keys);
  }

  /**
   * With one place, a call would wait half a read for nothing; with many, reads would be of one
   * call each.
   */
  private static final int PLACES = 2;

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
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Round<K, V> gathering;
  private int reading;

  public SharedRead(Source<K, V> source) {
    this(source, PLACES);
  }

  /**
   * @param places how many reads may be under way at once
   */
  public SharedRead(Source<K, V> source, int places) {
    this.source = source;
    this.places = places;
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
      round.turn.join();
      carryOut(round);
    }
    try {
      return Optional.ofNullable(round.answer.join().get(key));
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
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
