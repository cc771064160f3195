package io.penstock.storage.snapshot;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.job.DoneJob;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.table.AliasService;
import io.penstock.storage.table.DataTable;
import io.penstock.storage.table.NewAliases;
import io.penstock.storage.table.RowSource;
import io.penstock.storage.table.TableDetails;
import io.penstock.storage.table.TableDetails.Detailed;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Events.Origin;
import io.penstock.storage.web.Params;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Snapshots of aliases: what they were defined by, and no rows. So their jobs need no worker, and
 * an alias comes back only where the caller could make it anew. Thread-safe.
 */
@Component
class AliasSnapshots {
  private final NewSnapshots snapshots;
  private final RestoredTables restored;
  private final NewAliases aliases;
  private final AliasService changes;
  private final TableDetails details;
  private final Jobs jobs;

  AliasSnapshots(
      NewSnapshots snapshots,
      RestoredTables restored,
      NewAliases aliases,
      AliasService changes,
      TableDetails details,
      Jobs jobs) {
    this.snapshots = snapshots;
    this.restored = restored;
    this.aliases = aliases;
    this.changes = changes;
    this.details = details;
    this.jobs = jobs;
  }

  Map<String, Object> create(DataTable alias, String description, Params params) {
    return jobs.submitDone(
        params,
        () -> {
          restored.hold(alias);
          Detailed now = details(alias);
          if (!now.table().isAlias()) {
            throw invalid(
                "The alias %s became a table of its own in this moment; try again"
                    .formatted(alias.label()));
          }
          long id = snapshots.keep(Origin.ofCall(), now, description, null);
          return new DoneJob(
              SnapshotService.CREATE,
              Map.of("description", description, "queue", "main"),
              alias.label(),
              alias.id(),
              alias.bucketId(),
              Map.of("id", Long.toString(id)));
        });
  }

  /** The alias anew, by the rules of any creation: of the table that is called as its source. */
  Map<String, Object> restore(
      Caller caller, Bucket bucket, Snapshot snapshot, Structure structure, Params params) {
    RestoredTables.Names names = RestoredTables.names(params, structure);
    Params definition = structure.aliasDefinition(names.name(), params.text("displayName", ""));
    return jobs.submitDone(
        params,
        () -> {
          DataTable made =
              aliases
                  .define(caller, bucket, definition, Map.of("snapshotId", snapshot.id()))
                  .table();
          restored.write(caller, made, structure);
          return new DoneJob(
              RowSource.CREATE,
              RestoredTables.shown(snapshot, null, names),
              made.label(),
              made.id(),
              made.bucketId(),
              details(made).json());
        });
  }

  /** The alias gets its columns and its filter back; its source is the same for all its life. */
  Map<String, Object> rollBack(
      Caller caller, Located found, Snapshot snapshot, Structure structure, Params params) {
    DataTable alias = found.table();
    if (!alias.isAlias()) {
      throw invalid(
          "The snapshot %d is of the alias that the table %s was before; restore it as a new one"
              .formatted(snapshot.id(), alias.label()));
    }
    changes.requireSource(caller, alias);
    Params definition = structure.aliasDefinition(alias.name(), "");
    return jobs.submitDone(
        params,
        () -> {
          changes.rollBack(found, definition, Map.of("snapshotId", snapshot.id()));
          return new DoneJob(
              SnapshotService.ROLL_BACK,
              Map.of("snapshotId", snapshot.id(), "queue", "main"),
              alias.label(),
              alias.id(),
              alias.bucketId(),
              details(alias).json());
        });
  }

  private Detailed details(DataTable table) {
    return details.of(table.projectId(), table.id()).orElseThrow();
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
