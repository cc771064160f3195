package io.penstock.storage.file;

import io.penstock.aws.ObjectStore;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Ends multipart uploads that nobody comes back to: their parts are no files, take room, and count
 * against what a bucket can have under way. Doing it on several nodes at once does no harm.
 */
@Component
public class UploadSweeper {
  /** Our uploader remembers one for half as long. */
  static final Duration ABANDONED = Duration.ofDays(60);

  private static final Logger log = LoggerFactory.getLogger(UploadSweeper.class);

  private final FileRows rows;
  private final ObjectStore objects;
  private final Clock clock;
  private final AtomicBoolean sweeping = new AtomicBoolean();

  UploadSweeper(FileRows rows, ObjectStore objects, Clock clock) {
    this.rows = rows;
    this.objects = objects;
    this.clock = clock;
  }

  /** On a thread of its own: listing uploads can take long, and others wait for this one. */
  @Scheduled(fixedDelayString = "PT6H", initialDelayString = "PT10M")
  void begin() {
    if (sweeping.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("upload-sweeper")
          .start(
              () -> {
                try {
                  sweep();
                } finally {
                  sweeping.set(false);
                }
              });
    }
  }

  /** Of all organisations; those that are left have their turn the next time. */
  public void sweep() {
    for (String bucket : rows.buckets()) {
      try {
        int ended = objects.abortUploads(bucket, "", clock.instant().minus(ABANDONED));
        if (ended > 0) {
          log.info("Ended {} uploads in {} that were begun {} ago", ended, bucket, ABANDONED);
        }
      } catch (PlatformException e) {
        log.warn("Abandoned uploads in {} are left for the next time", bucket, e);
        if (e.code() == ErrorCode.UNAVAILABLE) {
          return;
        }
      }
    }
  }
}
