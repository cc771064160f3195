package io.penstock.storage.file;

import io.penstock.aws.ObjectStore;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Ends multipart uploads that nobody comes back to: their parts are no files, take room, and count
 * against what a bucket can have under way. Our uploader remembers one for as long. Doing it on
 * several nodes at once does no harm.
 */
@Component
public class UploadSweeper {
  static final Duration ABANDONED = Duration.ofDays(30);

  private static final Logger log = LoggerFactory.getLogger(UploadSweeper.class);

  private final FileRows rows;
  private final ObjectStore objects;
  private final Clock clock;

  UploadSweeper(FileRows rows, ObjectStore objects, Clock clock) {
    this.rows = rows;
    this.objects = objects;
    this.clock = clock;
  }

  /** Of all organisations; a bucket that cannot be reached now has its turn the next time. */
  @Scheduled(fixedDelayString = "PT6H", initialDelayString = "PT10M")
  public void sweep() {
    for (String bucket : rows.buckets()) {
      try {
        int ended = objects.abortUploads(bucket, "", clock.instant().minus(ABANDONED));
        if (ended > 0) {
          log.info("Ended {} uploads in {} that were begun {} ago", ended, bucket, ABANDONED);
        }
      } catch (RuntimeException e) {
        log.warn("Abandoned uploads in {} are left for the next time", bucket, e);
      }
    }
  }
}
