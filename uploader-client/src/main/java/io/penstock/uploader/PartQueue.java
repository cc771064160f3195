package io.penstock.uploader;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Sends a few parts at a time, and holds one more ready. The first failure ends it. Used by one
 * thread.
 */
final class PartQueue implements AutoCloseable {
  private final int parallel;
  private final ExecutorService threads;
  private final ExecutorCompletionService<CompletedPart> sending;
  private final List<CompletedPart> done = new ArrayList<>();
  private int underWay;

  PartQueue(int parallel) {
    this.parallel = parallel;
    this.threads = Executors.newFixedThreadPool(parallel, Thread.ofVirtual().factory());
    this.sending = new ExecutorCompletionService<>(threads);
  }

  /** Notes a part that need not be sent. */
  void kept(CompletedPart part) {
    done.add(part);
  }

  /** Takes a part, as soon as there is room for it. */
  void send(Callable<CompletedPart> part) throws InterruptedException {
    if (underWay > parallel) {
      awaitOne();
    }
    sending.submit(part);
    underWay++;
  }

  /** All parts, when the last has arrived. */
  List<CompletedPart> end() throws InterruptedException {
    while (underWay > 0) {
      awaitOne();
    }
    return done;
  }

  private void awaitOne() throws InterruptedException {
    try {
      done.add(sending.take().get());
      underWay--;
    } catch (ExecutionException failure) {
      switch (failure.getCause()) {
        case RuntimeException cause -> throw cause;
        case InterruptedException cause -> throw cause;
        case null, default -> throw new IllegalStateException(failure);
      }
    }
  }

  /**
   * Stops what is under way, and returns only when nothing is any more: a part that arrived after
   * an abort would stay.
   */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
