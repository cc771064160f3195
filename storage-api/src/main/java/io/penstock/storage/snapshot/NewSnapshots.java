package io.penstock.storage.snapshot;

import io.penstock.model.Json;
import io.penstock.storage.table.TableDetails.Detailed;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Events.Origin;
import io.penstock.storage.web.JsonFields;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Keeps what a table is as a snapshot, and tells of it. Thread-safe. */
@Component
class NewSnapshots {
  private final SnapshotRows rows;
  private final Events events;
  private final Clock clock;

  NewSnapshots(SnapshotRows rows, Events events, Clock clock) {
    this.rows = rows;
    this.events = events;
    this.clock = clock;
  }

  /** The rows that lie in a file. */
  record Written(long fileId, long count) {}

  /**
   * In the transaction at hand, in which the table stays as it is.
   *
   * @param written null: an alias, which has no rows of its own
   * @return the snapshot's id
   */
  long keep(Origin origin, Detailed table, String description, @Nullable Written written) {
    long id =
        rows.insert(
            new Snapshot(
                0,
                origin.projectId(),
                table.table().id(),
                table.table().bucketId(),
                written == null ? null : written.fileId(),
                description,
                Json.write(Structure.of(table)),
                token(origin),
                creator(origin),
                clock.instant()));
    events.append(
        origin,
        Event.of(
                "storage.tableSnapshotCreated",
                "Created snapshot %d of table %s".formatted(id, table.table().label()),
                table.table().object())
            .as("success")
            .with(Map.of("snapshotId", id, "description", description))
            .resulting(
                new JsonFields()
                    .put("snapshotId", id)
                    .putIf(written != null, "rowsCount", written == null ? null : written.count())
                    .map())
            .attaching(written == null ? List.of() : List.of(written.fileId())));
    return id;
  }

  private static @Nullable Long token(Origin origin) {
    String id = origin.actor().id();
    return id != null && id.matches("[0-9]{1,18}") ? Long.valueOf(id) : null;
  }

  private static String creator(Origin origin) {
    String description = origin.actor().description();
    return description == null ? "" : description;
  }
}
