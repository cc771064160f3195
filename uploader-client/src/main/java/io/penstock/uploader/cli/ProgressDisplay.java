package io.penstock.uploader.cli;

import io.penstock.uploader.Progress;
import java.time.Duration;

/**
 * Progress that a person sees. Closing leaves the display ready for the next line; a second close
 * does nothing.
 */
interface ProgressDisplay extends Progress, AutoCloseable {
  @Override
  void close();

  /** Something that shows nothing to a person. */
  static ProgressDisplay of(Progress progress) {
    return new ProgressDisplay() {
      @Override
      public void update(Phase phase, long bytesSent, long bytesTotal) {
        progress.update(phase, bytesSent, bytesTotal);
      }

      @Override
      public void waiting(String reason, Duration pause) {
        progress.waiting(reason, pause);
      }

      @Override
      public void close() {}
    };
  }
}
