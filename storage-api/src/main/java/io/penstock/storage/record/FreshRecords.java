package io.penstock.storage.record;

import io.penstock.model.audit.AuditRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Committed records on their way to the queue, bounded in number and in size: what finds no place
 * waits in the outbox alone. Anybody may offer; one thread takes.
 */
final class FreshRecords {
  private static final int MOST = 5_000;

  private final long mostText;
  private final BlockingQueue<Fresh> queue = new ArrayBlockingQueue<>(MOST);
  private final AtomicLong text = new AtomicLong();

  /**
   * @param mostText characters of all that wait
   */
  FreshRecords(long mostText) {
    this.mostText = mostText;
  }

  /**
   * @param length of its text
   */
  record Fresh(AuditRecord record, int length) {}

  /**
   * @param length of the record's text
   * @return whether it found a place
   */
  boolean offer(AuditRecord record, int length) {
    if (text.addAndGet(length) <= mostText && queue.offer(new Fresh(record, length))) {
      return true;
    }
    text.addAndGet(-length);
    return false;
  }

  int size() {
    return queue.size();
  }

  /** Takes one; null when none comes in that time. */
  @Nullable Fresh poll(Duration longest) throws InterruptedException {
    Fresh first = queue.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
    if (first != null) {
      text.addAndGet(-first.length());
    }
    return first;
  }

  /**
   * What goes into a message.
   *
   * @param full by number or by length: more is waiting
   */
  record Together(List<AuditRecord> records, boolean full) {}

  /** With this one as many more as have come, while they are not more than that together. */
  Together with(Fresh first, int most, int mostLength) {
    List<AuditRecord> taken = new ArrayList<>();
    taken.add(first.record());
    int length = first.length();
    Fresh next = queue.peek(); // nobody else takes any
    while (next != null && taken.size() < most && length + next.length() <= mostLength) {
      var _ = queue.poll();
      text.addAndGet(-next.length());
      length += next.length();
      taken.add(next.record());
      next = queue.peek();
    }
    return new Together(taken, next != null);
  }
}
