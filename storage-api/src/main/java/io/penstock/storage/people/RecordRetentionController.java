package io.penstock.storage.people;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.record.RecordRetention;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Allow.Right;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Params;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** How long an organisation's records are to be found. Not one of the contract's routes. */
@RestController
@RequestMapping("/manage/organizations/{id}/record-retention")
class RecordRetentionController {
  private static final int MAX_DAYS = 36_500;

  private final Organisations organisations;
  private final RecordRetention retention;
  private final Changes changes;

  RecordRetentionController(
      Organisations organisations, RecordRetention retention, Changes changes) {
    this.organisations = organisations;
    this.retention = retention;
    this.changes = changes;
  }

  @GetMapping
  @Allow(Right.SUPER_ADMIN)
  ResponseEntity<Object> rule(@PathVariable long id) {
    return Answers.ok(json(organisations.require(id).recordRetentionDays()));
  }

  /** {@code days}: a number, or null for ever. */
  @PutMapping
  @Allow(Right.SUPER_ADMIN)
  ResponseEntity<Object> change(@PathVariable long id, Params params) {
    long organisation = organisations.require(id).id();
    Integer days = days(params);
    Map<String, Object> changed =
        changes.commit(
            200,
            () -> {
              retention.keep(organisation, days);
              return json(days);
            });
    return Answers.ok(changed);
  }

  private static @Nullable Integer days(Params params) {
    if (!params.all().containsKey("days")) {
      throw new PlatformException(
          ErrorCode.MANAGE_VALIDATION, "days is required: a number, or null for ever");
    }
    String text = params.text("days", "");
    return text.isEmpty() ? null : (int) params.number("days", 1, 1, MAX_DAYS);
  }

  private static Map<String, Object> json(@Nullable Integer days) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("days", days);
    return json;
  }
}
