package io.penstock.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Calls at a set pace, over some connections in turn, however long answers take.
 *
 * @param seconds from the first call to the last answer
 */
record PacedCalls(long calls, double seconds) {

  /** What is done with an answer. */
  @FunctionalInterface
  interface Listener {
    /**
     * @param number of the call, from 0 on
     * @param nanos when it was read to its end
     */
    void answered(long number, KeepAlive.Answer answer, long nanos);
  }

  /**
   * Calls, and looks at every answer.
   *
   * @throws Expected.VerificationFailure at a status other than 200 or a wrong body
   */
  static PacedCalls run(
      CallRound.Target target, int perSecond, Duration length, int connections, Listener listener)
      throws IOException, InterruptedException, ExecutionException {
    long calls = perSecond * length.toSeconds();
    List<KeepAlive> open = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      for (int i = 0; i < connections; i++) {
        open.add(new KeepAlive(target.address(), target.token()));
      }
      long begin = System.nanoTime();
      List<Future<Long>> running = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        int first = i;
        running.add(
            threads.submit(
                () -> {
                  long made = 0;
                  for (long number = first; number < calls; number += connections) {
                    await(begin + due(number, perSecond));
                    call(open.get(first), target, number, listener);
                    made++;
                  }
                  return made;
                }));
      }
      long made = 0;
      for (Future<Long> one : running) {
        made += one.get();
      }
      return new PacedCalls(made, (System.nanoTime() - begin) / 1e9);
    } finally {
      for (KeepAlive one : open) {
        one.close();
      }
    }
  }

  /** Nanoseconds after the begin. */
  static long due(long number, int perSecond) {
    return number * TimeUnit.SECONDS.toNanos(1) / perSecond;
  }

  private static void await(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.sleep(left);
    }
  }

  private static void call(
      KeepAlive connection, CallRound.Target target, long number, Listener listener)
      throws IOException {
    KeepAlive.Answer answer = connection.call();
    long nanos = System.nanoTime();
    if (answer.status() != 200 || !target.right().test(answer.body())) {
      throw new Expected.VerificationFailure(
          "%s was answered %d with %d bytes that are not what they have to be"
              .formatted(target.address().getPath(), answer.status(), answer.body().length));
    }
    listener.answered(number, answer, nanos);
  }
}
