package io.penstock.storage.trigger;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Allow.Right;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.Timestamps;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Contract chapter 2.16. Who may do something depends on the trigger's component. */
@RestController
@RequestMapping("/v2/storage/triggers")
class TriggerController {
  private final Triggers triggers;

  TriggerController(Triggers triggers) {
    this.triggers = triggers;
  }

  @GetMapping
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> list(Caller caller, Params params) {
    return Answers.ok(triggers.list(caller, params).stream().map(TriggerController::json).toList());
  }

  @PostMapping
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> create(Caller caller, Params params) {
    return Answers.created(json(triggers.create(caller, params)));
  }

  @GetMapping("/{id}")
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> detail(Caller caller, @PathVariable String id) {
    return Answers.ok(json(triggers.require(caller, id)));
  }

  @PutMapping("/{id}")
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> update(Caller caller, @PathVariable String id, Params params) {
    return Answers.ok(json(triggers.update(caller, id, params)));
  }

  @DeleteMapping("/{id}")
  @Allow(Right.ANY_TOKEN)
  ResponseEntity<Object> delete(Caller caller, @PathVariable String id) {
    triggers.delete(caller, id);
    return Answers.noContent();
  }

  private static Map<String, Object> json(Trigger trigger) {
    return new JsonFields()
        .put("id", Long.toString(trigger.id()))
        .put("runWithTokenId", trigger.runWithTokenId())
        .put("component", trigger.component())
        .put("configurationId", trigger.configurationId())
        .put("lastRun", Timestamps.format(trigger.lastRunAt()))
        .put("coolDownPeriodMinutes", trigger.coolDownMinutes())
        .put(
            "creatorToken",
            new JsonFields()
                .put("id", trigger.creatorId())
                .put("description", trigger.creatorDescription())
                .map())
        .put("tables", trigger.tables().stream().map(table -> Map.of("tableId", table)).toList())
        .map();
  }
}
