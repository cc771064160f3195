package io.penstock.storage.trigger;

import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import io.penstock.model.QueueText;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.job.TriggerFiring;
import io.penstock.storage.job.JobEnding.EndedJob;
import io.penstock.storage.job.Queues;
import io.penstock.storage.job.Queues.RefusedException;
import io.penstock.storage.job.Queues.UnreachableException;
import io.penstock.storage.record.RecordIds;
import io.penstock.storage.table.ImportObserver;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Relay;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Fires triggers. What fires is written in the transaction that ends the import and sent by a relay
 * until the queue has taken it: nothing is lost, something may come twice, and its receivers tell
 * by its id. Thread-safe.
 */
@Component
class TriggerFirings extends Relay implements ImportObserver {
  private static final Logger LOG = LoggerFactory.getLogger(TriggerFirings.class);
  private static final int BATCH = 50;
  private static final String CLAIM =
      """
      UPDATE trigger_firing SET lease_until = now() + interval '30 seconds'
      WHERE id IN (SELECT id FROM trigger_firing WHERE lease_until <= now()
                   ORDER BY lease_until LIMIT 50 FOR UPDATE SKIP LOCKED)
      RETURNING id, body
      """;

  private final TriggerRows rows;
  private final JdbcClient jdbc;
  private final Queues queues;
  private final Events events;
  private final Clock clock;

  TriggerFirings(TriggerRows rows, JdbcClient jdbc, Queues queues, Events events, Clock clock) {
    super("trigger-firings");
    this.rows = rows;
    this.jdbc = jdbc;
    this.queues = queues;
    this.events = events;
    this.clock = clock;
  }

  private record Row(UUID id, String body) {}

  @Override
  public void imported(EndedJob job) {
    String table = job.tableLabel();
    Instant now = clock.instant();
    List<Trigger> due = table == null ? List.of() : rows.due(job.origin().projectId(), table, now);
    if (due.isEmpty()) {
      return;
    }
    rows.ran(due, now);
    due.forEach(trigger -> fire(trigger, job, String.valueOf(table), now));
    wakeAfterCommit();
  }

  private void fire(Trigger trigger, EndedJob job, String table, Instant now) {
    UUID id = RecordIds.next();
    TriggerFiring firing =
        new TriggerFiring(
            id,
            trigger.projectId(),
            trigger.id(),
            trigger.component(),
            trigger.configurationId(),
            trigger.runWithTokenId(),
            table,
            job.id(),
            now);
    jdbc.sql("INSERT INTO trigger_firing (id, body, created_at) VALUES (:id, :body, now())")
        .param("id", id)
        .param("body", Json.write(firing))
        .update();
    String label = Long.toString(trigger.id());
    events.append(
        job.origin(),
        Event.of(
                "storage.triggerFired",
                "Trigger %s fired after an import into table %s".formatted(label, table),
                new AuditObject("trigger", label, trigger.component()))
            .with(
                Map.of(
                    "component",
                    trigger.component(),
                    "configurationId",
                    trigger.configurationId(),
                    "tableId",
                    table,
                    "jobId",
                    job.id(),
                    "firingId",
                    id.toString())));
  }

  @Override
  protected boolean round() throws InterruptedException {
    List<Row> claimed =
        jdbc.sql(CLAIM)
            .query((rs, _) -> new Row(rs.getObject(1, UUID.class), rs.getString(2)))
            .list();
    for (Row row : claimed) {
      try {
        queues.send(QueueNames.TRIGGER_FIRINGS, QueueText.escaped(row.body()));
      } catch (RefusedException e) {
        LOG.error("Trigger firing {} stays here and is tried again", row.id(), e);
        continue;
      } catch (UnreachableException e) {
        throw new IllegalStateException(e);
      }
      jdbc.sql("DELETE FROM trigger_firing WHERE id = :id").param("id", row.id()).update();
    }
    return claimed.size() == BATCH;
  }
}
