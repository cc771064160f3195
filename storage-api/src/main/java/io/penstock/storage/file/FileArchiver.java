package io.penstock.storage.file;

import io.penstock.aws.NoSuchObjectException;
import io.penstock.aws.ObjectStore;
import io.penstock.aws.ObjectStore.StoredObject;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.web.Acts;
import io.penstock.storage.web.Acts.Act;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tags the objects of expired files, for the bucket's archive rule: expiry hides a file, and
 * removes no byte. By claims with a lease; tagging twice does no harm.
 */
@Component
public class FileArchiver {
  /** What the archive rule goes by. */
  static final Map<String, String> EXPIRED = Map.of("penstock-state", "expired");

  private static final Logger log = LoggerFactory.getLogger(FileArchiver.class);
  private static final Duration LEASE = Duration.ofHours(1);
  private static final int BATCH = 50;
  private static final int MOST_BATCHES = 20;

  private final FileRows rows;
  private final ObjectStore objects;
  private final Acts acts;
  private final TransactionTemplate transaction;
  private final Clock clock;

  FileArchiver(
      FileRows rows, ObjectStore objects, Acts acts, TransactionTemplate transaction, Clock clock) {
    this.rows = rows;
    this.objects = objects;
    this.acts = acts;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** What has expired since the last time. */
  @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT2M")
  public void sweep() {
    for (int batch = 0; batch < MOST_BATCHES; batch++) {
      List<StoredFile> expired = rows.claimExpired(LEASE, BATCH, clock.instant());
      expired.forEach(this::archive);
      if (expired.size() < BATCH) {
        return;
      }
    }
  }

  /** Never fails: what cannot be tagged now is found again when its lease is over. */
  private void archive(StoredFile file) {
    try {
      keys(file).forEach(key -> tag(file.bucket(), key));
      transaction.executeWithoutResult(
          _ -> {
            rows.archived(file.id(), clock.instant());
            acts.append(file.projectId(), act(file));
          });
    } catch (RuntimeException e) {
      log.warn("The objects of expired file {} could not be tagged yet", file.id(), e);
    }
  }

  private static Act act(StoredFile file) {
    return new Act(
        "retention.fileExpired",
        "File %d has expired; its objects are marked for the archive".formatted(file.id()),
        new AuditObject("file", Long.toString(file.id()), file.name()),
        Map.of());
  }

  private Stream<String> keys(StoredFile file) {
    return file.sliced()
        ? objects.list(file.bucket(), file.key()).stream().map(StoredObject::key)
        : Stream.of(file.key());
  }

  private void tag(String bucket, String key) {
    try {
      objects.tag(bucket, key, EXPIRED);
    } catch (NoSuchObjectException e) {
      log.debug("Nothing lies at {}: never uploaded, or removed", key, e);
    }
  }
}
