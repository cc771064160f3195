package io.penstock.audit.ingest;

import io.penstock.audit.keep.Keeper;
import io.penstock.audit.keep.Trail;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordBatch;
import io.penstock.model.audit.RecordConfirmation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Takes a batch: keeps it, confirms it, and only then returns, which acknowledges it. Thread-safe.
 */
public final class RecordIntake {
  private final Keeper keeper;
  private final Confirmations confirmations;

  public RecordIntake(Keeper keeper, Confirmations confirmations) {
    this.keeper = keeper;
    this.confirmations = confirmations;
  }

  /**
   * Throws when something is not kept or not confirmed: the batch has to come again. A record that
   * is not whole, or that no entry can hold, never gets in; its batch ends in the dead-letter
   * queue, after the others of the batch were kept and confirmed. So it is with the records of a
   * trail that is broken, until that is mended: whoever sent them sends them again.
   */
  public void receive(RecordBatch batch) {
    List<AuditRecord> whole = batch.records().stream().filter(RecordIntake::isWhole).toList();
    Map<Trail, String> broken = keeper.broken();
    List<AuditRecord> keepable =
        broken.isEmpty()
            ? whole
            : whole.stream().filter(record -> !broken.containsKey(Trail.of(record))).toList();
    Set<UUID> unfit = keeper.keep(keepable);
    List<UUID> kept =
        keepable.stream().map(AuditRecord::id).filter(id -> !unfit.contains(id)).toList();
    if (!kept.isEmpty()) {
      confirmations.send(new RecordConfirmation(kept));
    }
    if (keepable.size() < whole.size()) {
      throw new PlatformException(
          ErrorCode.UNAVAILABLE,
          "%d of %d records are of trails that cannot be followed: %s"
              .formatted(whole.size() - keepable.size(), batch.records().size(), broken));
    }
    if (kept.size() < batch.records().size()) {
      throw new PlatformException(
          ErrorCode.MALFORMED_REQUEST,
          "%d of %d records lack members that schema version 1 demands, or fit into no entry: %s"
              .formatted(batch.records().size() - kept.size(), batch.records().size(), unfit));
    }
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
