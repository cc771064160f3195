package io.penstock.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/**
 * Calls over some connections for some seconds.
 *
 * @param p50Ms of all calls' times, from the first byte sent to the last byte read
 */
record CallRound(long calls, double seconds, double perSecond, double p50Ms, double p99Ms) {

  /**
   * What is called.
   *
   * @param right whether a body is what it has to be
   */
  record Target(URI address, String token, Predicate<byte[]> right) {}

  /**
   * Calls, each connection one call after the other, and looks at every answer.
   *
   * @throws Expected.VerificationFailure at a status other than 200 or a wrong body
   */
  static CallRound run(Target target, int connections, Duration length)
      throws InterruptedException, ExecutionException, IOException {
    List<KeepAlive> open = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      for (int i = 0; i < connections; i++) {
        open.add(new KeepAlive(target.address(), target.token()));
      }
      long begin = System.nanoTime();
      long end = begin + length.toNanos();
      List<Future<List<Double>>> running = new ArrayList<>();
      open.forEach(one -> running.add(threads.submit(() -> callUntil(one, target, end))));
      List<Double> times = new ArrayList<>();
      for (Future<List<Double>> one : running) {
        times.addAll(one.get());
      }
      return of(times, (System.nanoTime() - begin) / 1e9);
    } finally {
      for (KeepAlive one : open) {
        one.close();
      }
    }
  }

  static CallRound of(List<Double> millis, double seconds) {
    return new CallRound(
        millis.size(),
        seconds,
        millis.size() / seconds,
        Figures.percentile(millis, 0.5),
        Figures.percentile(millis, 0.99));
  }

  private static List<Double> callUntil(KeepAlive connection, Target target, long end)
      throws IOException {
    List<Double> millis = new ArrayList<>();
    byte[] last = new byte[0];
    do {
      long begin = System.nanoTime();
      KeepAlive.Answer answer = connection.call();
      millis.add((System.nanoTime() - begin) / 1e6);
      // The same bytes as before need no second look.
      boolean right = Arrays.equals(answer.body(), last) || target.right().test(answer.body());
      if (answer.status() != 200 || !right) {
        throw new Expected.VerificationFailure(
            "%s was answered %d with %d bytes that are not what they have to be"
                .formatted(target.address().getPath(), answer.status(), answer.body().length));
      }
      last = answer.body();
    } while (System.nanoTime() < end);
    return millis;
  }
}
