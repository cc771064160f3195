package io.penstock.uploader;

/**
 * Adds up what the parts of one transfer have sent, and tells it one call at a time. Thread-safe.
 */
final class ProgressMeter {
  private final Progress progress;
  private final long total;
  private long sent;

  ProgressMeter(Progress progress, long total) {
    this.progress = progress;
    this.total = total;
  }

  /**
   * @param bytes negative when a part starts again
   */
  synchronized void add(long bytes) {
    sent += bytes;
    progress.update(Progress.Phase.SENDING, sent, total);
  }

  synchronized void enter(Progress.Phase phase) {
    progress.update(phase, sent, total);
  }
}
