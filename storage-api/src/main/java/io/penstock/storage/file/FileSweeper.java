package io.penstock.storage.file;

import io.penstock.aws.ObjectStore;
import io.penstock.aws.ObjectStore.StoredObject;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.web.Acts;
import io.penstock.storage.web.Acts.Act;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes the objects of hidden files: at once when the call that hid the file asks for it, and by
 * claims with a lease for what failed then. Removing twice does no harm.
 */
@Component
public class FileSweeper {
  private static final Logger log = LoggerFactory.getLogger(FileSweeper.class);
  private static final Duration LEASE = Duration.ofMinutes(5);
  private static final int BATCH = 50;

  private final FileRows rows;
  private final ObjectStore objects;
  private final Acts acts;
  private final TransactionTemplate transaction;
  private final Clock clock;

  FileSweeper(
      FileRows rows, ObjectStore objects, Acts acts, TransactionTemplate transaction, Clock clock) {
    this.rows = rows;
    this.objects = objects;
    this.acts = acts;
    this.transaction = transaction;
    this.clock = clock;
  }

  /** Never fails: what cannot be removed now is found by the next sweep. */
  void remove(StoredFile file) {
    try {
      List<String> keys = new ArrayList<>();
      keys.add(file.key());
      if (file.sliced()) {
        // No other file's key begins with this one: it holds the file's id.
        objects.list(file.bucket(), file.key()).stream().map(StoredObject::key).forEach(keys::add);
      }
      objects.delete(file.bucket(), keys);
      transaction.executeWithoutResult(
          _ -> {
            rows.purged(file.id(), clock.instant());
            acts.append(file.projectId(), act(file));
          });
    } catch (RuntimeException e) {
      log.warn("The objects of file {} are still there; the next sweep tries again", file.id(), e);
    }
  }

  private static Act act(StoredFile file) {
    return new Act(
        "retention.fileRemoved",
        "The objects of file %d were removed".formatted(file.id()),
        new AuditObject("file", Long.toString(file.id()), file.name()),
        Map.of());
  }

  /** One batch of what is left behind. */
  @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
  public void sweep() {
    rows.claimRemoved(LEASE, BATCH).forEach(this::remove);
  }

  @Configuration
  @EnableScheduling
  static class Schedule {}
}
