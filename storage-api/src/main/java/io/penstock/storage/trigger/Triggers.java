package io.penstock.storage.trigger;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Params;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Service;

/** Makes, changes and removes triggers. Thread-safe. */
@Service
class Triggers {
  /** All of them are listed at once, and all may fire at the end of one import. */
  private static final int MOST_OF_PROJECT = 500;

  private final TriggerRows rows;
  private final Changes changes;
  private final Events events;
  private final Clock clock;

  Triggers(TriggerRows rows, Changes changes, Events events, Clock clock) {
    this.rows = rows;
    this.changes = changes;
    this.events = events;
    this.clock = clock;
  }

  /** Those whose component the caller may configure. */
  List<Trigger> list(Caller caller, Params params) {
    return rows
        .find(caller.projectId(), params.text("component"), params.text("configurationId"))
        .stream()
        .filter(trigger -> caller.mayConfigure(trigger.component()))
        .toList();
  }

  Trigger require(Caller caller, String id) {
    long number = number(id);
    return allowed(
        caller, rows.find(caller.projectId(), number).orElseThrow(() -> notFound(number)));
  }

  Trigger create(Caller caller, Params params) {
    Trigger asked = allowed(caller, TriggerParams.created(caller, params, clock.instant()));
    requireTables(caller, asked.tables());
    return changes.commit(
        201,
        () -> {
          requireToken(caller, asked.runWithTokenId());
          if (rows.ofProject(caller.projectId()) >= MOST_OF_PROJECT) {
            throw TriggerParams.invalid(
                "A project may have %d triggers at most".formatted(MOST_OF_PROJECT));
          }
          long id = rows.insert(asked);
          Trigger made = rows.find(caller.projectId(), id).orElseThrow();
          tell("storage.triggerCreated", "Created trigger", made);
          return made;
        });
  }

  Trigger update(Caller caller, String id, Params params) {
    Trigger known = require(caller, id);
    Trigger asked = allowed(caller, TriggerParams.changed(known, params));
    requireTables(
        caller, asked.tables().stream().filter(table -> !known.tables().contains(table)).toList());
    return changes.commit(
        200,
        () -> {
          Trigger before =
              rows.lock(caller.projectId(), known.id()).orElseThrow(() -> notFound(known.id()));
          Trigger wanted = allowed(caller, TriggerParams.changed(before, params));
          requireToken(caller, wanted.runWithTokenId());
          rows.update(wanted);
          tell("storage.triggerUpdated", "Updated trigger", wanted);
          return wanted;
        });
  }

  void delete(Caller caller, String id) {
    Trigger known = require(caller, id);
    changes.commit(
        204,
        () -> {
          Trigger trigger =
              rows.lock(caller.projectId(), known.id()).orElseThrow(() -> notFound(known.id()));
          rows.delete(trigger.id());
          tell("storage.triggerDeleted", "Deleted trigger", trigger);
          return trigger;
        });
  }

  private void requireTables(Caller caller, List<String> labels) {
    Map<String, Long> buckets = rows.buckets(caller.projectId(), labels);
    for (String label : labels) {
      Long bucket = buckets.get(label);
      if (bucket == null) {
        throw new PlatformException(
            ErrorCode.TABLE_NOT_FOUND,
            "The table \"%s\" was not found in the project \"%d\""
                .formatted(label, caller.projectId()));
      }
      caller.require(Permission.READ, bucket);
    }
  }

  private void requireToken(Caller caller, long id) {
    boolean admins =
        rows.holdToken(caller.projectId(), id)
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorCode.TOKEN_NOT_FOUND,
                        "There is no token %d in this project to run with".formatted(id)));
    if (admins && !caller.master()) {
      throw TriggerParams.invalid(
          "The 'runByToken' cannot be admin's token when your main token is not admin's");
    }
  }

  private static Trigger allowed(Caller caller, Trigger trigger) {
    if (!caller.mayConfigure(trigger.component())) {
      throw new PlatformException(
          ErrorCode.ACCESS_DENIED, "Your token does not have sufficient privilege.");
    }
    return trigger;
  }

  private static long number(String id) {
    Call.current().about("trigger", id, null);
    if (!id.matches("\\d{1,18}")) {
      throw new PlatformException(
          ErrorCode.TRIGGER_NOT_FOUND, "Trigger not found: its id is a number");
    }
    return Long.parseLong(id);
  }

  private static PlatformException notFound(long id) {
    return new PlatformException(
        ErrorCode.TRIGGER_NOT_FOUND, "Trigger \"%d\" not found".formatted(id));
  }

  private void tell(String event, String what, Trigger trigger) {
    events.append(
        Event.of(event, "%s %d".formatted(what, trigger.id()), object(trigger))
            .with(
                Map.of(
                    "component",
                    trigger.component(),
                    "configurationId",
                    trigger.configurationId(),
                    "tableIds",
                    trigger.tables())));
  }

  private static AuditObject object(Trigger trigger) {
    String id = Long.toString(trigger.id());
    Call.current().about("trigger", id, trigger.component());
    return new AuditObject("trigger", id, trigger.component());
  }
}
