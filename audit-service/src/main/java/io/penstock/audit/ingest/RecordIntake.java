package io.penstock.audit.ingest;

import static java.util.stream.Collectors.groupingBy;

import io.penstock.audit.keep.Keeper;
import io.penstock.audit.keep.Trail;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordBatch;
import io.penstock.model.audit.RecordConfirmation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes a batch: keeps it, confirms it, and only then returns, which acknowledges it. Thread-safe.
 */
public final class RecordIntake {
  /** Then it is not the trail that fails, and each further one would take its time. */
  private static final int MOST_FAILED = 2;

  private final Keeper keeper;
  private final Confirmations confirmations;

  public RecordIntake(Keeper keeper, Confirmations confirmations) {
    this.keeper = keeper;
    this.confirmations = confirmations;
  }

  /**
   * Throws when something is not kept or not confirmed: the batch has to come again. A record that
   * is not whole, or that no entry can hold, never gets in; its batch ends in the dead-letter
   * queue, after the others of the batch were kept and confirmed. Those of a trail that is broken
   * are let go without a confirmation: whoever sent them has them, and sends them again.
   */
  public void receive(RecordBatch batch) {
    List<AuditRecord> whole = batch.records().stream().filter(RecordIntake::isWhole).toList();
    Set<Trail> broken = keeper.broken().keySet();
    Kept kept = keep(whole, broken);
    if (!kept.ids.isEmpty()) {
      confirmations.send(new RecordConfirmation(kept.ids));
    }
    if (kept.failure != null) {
      throw kept.failure;
    }
    if (whole.size() < batch.records().size() || !kept.unfit.isEmpty()) {
      throw new PlatformException(
          ErrorCode.MALFORMED_REQUEST,
          "%d of %d records lack members that schema version 1 demands, or fit into no entry: %s"
              .formatted(
                  batch.records().size() - whole.size() + kept.unfit.size(),
                  batch.records().size(),
                  kept.unfit));
    }
  }

  /** What became of a batch. */
  private static final class Kept {
    final List<UUID> ids = new ArrayList<>();
    final Set<UUID> unfit = new HashSet<>();
    @Nullable RuntimeException failure;
  }

  /** One trail after the other; what one of them lacks does not come over the others. */
  private Kept keep(List<AuditRecord> records, Set<Trail> broken) {
    Map<Trail, List<AuditRecord>> trails = records.stream().collect(groupingBy(Trail::of));
    trails.keySet().removeAll(broken);
    Kept kept = new Kept();
    List<List<AuditRecord>> order = new ArrayList<>(trails.values());
    Collections.shuffle(order); // two that always fail must not always be the first
    int failed = 0;
    for (List<AuditRecord> ofTrail : order) {
      try {
        Set<UUID> unfit = keeper.keep(ofTrail);
        kept.unfit.addAll(unfit);
        ofTrail.stream()
            .map(AuditRecord::id)
            .filter(id -> !unfit.contains(id))
            .forEach(kept.ids::add);
      } catch (RuntimeException e) {
        kept.failure = e;
        if (++failed == MOST_FAILED) {
          break;
        }
      }
    }
    return kept;
  }

  /** JSON can leave out what the type promises. */
  private static boolean isWhole(AuditRecord record) {
    return Stream.of(
                record.id(),
                record.kind(),
                record.time(),
                record.actor(),
                record.source(),
                record.operation(),
                record.object(),
                record.outcome(),
                record.component(),
                record.type(),
                record.message(),
                record.description(),
                record.params(),
                record.results(),
                record.attachments())
            .allMatch(Objects::nonNull)
        && Objects.nonNull(record.actor().type());
  }
}
