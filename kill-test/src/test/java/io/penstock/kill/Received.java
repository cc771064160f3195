package io.penstock.kill;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What clients were told. Thread-safe. */
final class Received {
  private final Set<String> records = ConcurrentHashMap.newKeySet();
  private final Set<String> events = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();
  private final LongAdder calls = new LongAdder();

  void answer(HttpResponse<?> answer) {
    answer
        .headers()
        .firstValue("X-Penstock-Record-Id")
        .ifPresent(
            id -> {
              if (!records.add(id)) {
                throw new AssertionError("Two answers have the record " + id);
              }
            });
    calls.increment();
    count("HTTP " + answer.statusCode());
  }

  void noAnswer(Exception why) {
    count(why.getClass().getSimpleName());
  }

  private void count(String what) {
    answers.computeIfAbsent(what, _ -> new AtomicInteger()).incrementAndGet();
  }

  /** A client's own event was accepted under this id. */
  void event(String id) {
    events.add(id);
  }

  /** The ids of calls' records. */
  Set<String> records() {
    return records;
  }

  /** The ids of events' records. */
  Set<String> events() {
    return events;
  }

  /** How many calls were answered. */
  long calls() {
    return calls.sum();
  }

  int with(int status) {
    return answers.getOrDefault("HTTP " + status, new AtomicInteger()).get();
  }

  @Override
  public String toString() {
    Map<String, Integer> counts = new TreeMap<>();
    answers.forEach((what, count) -> counts.put(what, count.get()));
    return "%d calls answered, %d records and %d events named; %s"
        .formatted(calls(), records.size(), events.size(), counts);
  }
}
