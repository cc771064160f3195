package io.penstock.storage.snapshot;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.ExportFormat;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.table.TableQuery;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.file.Files;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.job.DoneJob;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.table.DataTable;
import io.penstock.storage.table.LoadSource;
import io.penstock.storage.table.LoadSource.FromSnapshot;
import io.penstock.storage.table.RowSource;
import io.penstock.storage.table.Tables;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

/** Accepts what makes, uses and removes snapshots. */
@Service
class SnapshotService implements RowSource {
  static final String CREATE = "tableSnapshotCreate";
  static final String DELETE = "tableSnapshotDelete";
  static final String ROLL_BACK = "tableRollback";

  /** Begins the keys of all files with rows of snapshots. */
  static final String FOLDER = "snapshots/";

  private static final int MAX_DESCRIPTION = 10_000;
  private static final int LIMIT = 20;
  private static final int MAX_LIMIT = 1000;

  private final SnapshotRows rows;
  private final RestoredTables restored;
  private final AliasSnapshots aliases;
  private final Tables tables;
  private final Files files;
  private final Jobs jobs;
  private final Events events;
  private final Clock clock;

  SnapshotService(
      SnapshotRows rows,
      RestoredTables restored,
      AliasSnapshots aliases,
      Tables tables,
      Files files,
      Jobs jobs,
      Events events,
      Clock clock) {
    this.rows = rows;
    this.restored = restored;
    this.aliases = aliases;
    this.tables = tables;
    this.files = files;
    this.jobs = jobs;
    this.events = events;
    this.clock = clock;
  }

  /**
   * Accepts the job that writes the rows. It takes its turn among the table's writers: when it
   * ends, the table is still as it was read, and its structure is kept with its rows. An alias has
   * no rows to write.
   */
  Map<String, Object> create(Caller caller, String label, Params params) {
    DataTable table = tables.require(caller, label, Permission.WRITE).table();
    String description = description(params);
    if (description.length() > MAX_DESCRIPTION) {
      throw invalid("description may have %d characters at most".formatted(MAX_DESCRIPTION));
    }
    if (table.isAlias()) {
      return aliases.create(table, description, params);
    }
    return jobs.submit(
        params,
        () -> {
          StoredFile file =
              files.addSnapshot(
                  caller,
                  table.label() + ".csv.gz",
                  FOLDER + "%d/%d".formatted(caller.projectId(), table.id()));
          return new NewJob(
              CREATE,
              new JsonFields().put("description", description).put("queue", "main").map(),
              new JobTask.ExportTable(
                  table.id(),
                  table.label(),
                  TableQuery.everything(),
                  ExportFormat.RFC,
                  true,
                  file.bucket(),
                  file.key()),
              table.label(),
              table.id(),
              table.bucketId(),
              file.id(),
              NewJob.Lock.TABLE);
        });
  }

  /** The contract takes no number for a text here. */
  private static String description(Params params) {
    return switch (params.all().get("description")) {
      case null -> "";
      case String text -> text;
      default -> throw invalid("description must be a string");
    };
  }

  List<Snapshot> list(Caller caller, String label, Params params) {
    DataTable table = tables.require(caller, label, Permission.READ).table();
    return rows.ofTable(
        caller.projectId(),
        table.id(),
        params.number("limit", LIMIT, 0, MAX_LIMIT),
        params.number("offset", 0, 0, Integer.MAX_VALUE));
  }

  Snapshot requireReadable(Caller caller, long id) {
    Call.current().about("snapshot", Long.toString(id), null);
    Snapshot snapshot = rows.find(caller.projectId(), id).orElseThrow(() -> notFound(id));
    caller.require(Permission.READ, snapshot.bucketId());
    return snapshot;
  }

  Map<String, Object> delete(Caller caller, long id, Params params) {
    Snapshot snapshot = requireReadable(caller, id);
    caller.require(Permission.WRITE, snapshot.bucketId());
    String label = Structure.read(snapshot.structure()).label();
    return jobs.submitDone(
        params,
        () -> {
          if (!rows.hide(id, clock.instant())) {
            throw notFound(id);
          }
          if (snapshot.fileId() != null) {
            files.discard(snapshot.fileId());
          }
          events.append(
              Event.of(
                      "storage.tableSnapshotDeleted",
                      "Deleted snapshot %d of table %s".formatted(id, label),
                      new io.penstock.model.audit.AuditRecord.AuditObject("table", label, null))
                  .with(Map.of("snapshotId", id)));
          return new DoneJob(
              DELETE,
              Map.of("snapshotId", id, "queue", "main"),
              label,
              snapshot.tableId(),
              snapshot.bucketId(),
              null);
        });
  }

  /**
   * Accepts the job that gives the table the snapshot's rows, columns and key; an alias gets its
   * columns and filter back.
   */
  Map<String, Object> rollBack(Caller caller, String label, Params params) {
    Located found = tables.require(caller, label, Permission.WRITE);
    DataTable table = found.table();
    Long asked = params.number("snapshotId");
    if (asked == null) {
      throw invalid("snapshotId is required: name the snapshot to go back to");
    }
    Snapshot snapshot = requireReadable(caller, asked);
    if (snapshot.tableId() != table.id()) {
      throw invalid(
          "The snapshot %d is of another table; restore it as a new one".formatted(asked));
    }
    Structure structure = Structure.read(snapshot.structure());
    if (structure.isAlias()) {
      return aliases.rollBack(caller, found, snapshot, structure, params);
    }
    StoredFile file = restored.file(snapshot);
    return jobs.submit(
        params,
        () -> {
          restored.hold(table, structure);
          return new NewJob(
              ROLL_BACK,
              Map.of("snapshotId", snapshot.id(), "queue", "main"),
              task(table.id(), table.label(), false, structure, file.source()),
              table.label(),
              table.id(),
              table.bucketId(),
              file.id(),
              NewJob.Lock.TABLE);
        });
  }

  @Override
  public boolean serves(LoadSource source) {
    return source instanceof FromSnapshot;
  }

  @Override
  public Map<String, Object> create(
      Caller caller, Bucket bucket, LoadSource source, Params params) {
    Snapshot snapshot = requireReadable(caller, ((FromSnapshot) source).snapshotId());
    Structure structure = Structure.read(snapshot.structure());
    if (structure.isAlias()) {
      return aliases.restore(caller, bucket, snapshot, structure, params);
    }
    StoredFile file = restored.file(snapshot);
    RestoredTables.Names names = RestoredTables.names(params, structure);
    String label = bucket.label() + "." + names.name();
    return jobs.submit(
        params,
        () -> {
          long tableId = restored.reserve(caller, bucket, names, structure);
          Call.current().about("table", label, names.name());
          return new NewJob(
              RowSource.CREATE,
              RestoredTables.shown(snapshot, file, names),
              task(tableId, label, true, structure, file.source()),
              label,
              tableId,
              bucket.id(),
              file.id(),
              NewJob.Lock.TABLE);
        });
  }

  @Override
  public Map<String, Object> load(Caller caller, Located into, LoadSource source, Params params) {
    throw invalid("snapshotId makes a new table, or use rollback on the table that it is of");
  }

  private static JobTask task(
      long tableId, String label, boolean create, Structure structure, FileSource source) {
    return new JobTask.RestoreTable(
        new LoadTable(
            tableId,
            label,
            create,
            structure.primaryKey(),
            false,
            source,
            CsvFormat.ofExport(structure.columns())),
        structure.definition());
  }

  private static PlatformException notFound(long id) {
    return new PlatformException(
        ErrorCode.SNAPSHOT_NOT_FOUND, "The snapshot \"%d\" was not found".formatted(id));
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
