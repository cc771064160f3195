package io.penstock.storage.job;

import static java.time.ZoneOffset.UTC;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Params;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which jobs a list shows, as conditions of a WHERE clause with named parameters; values are always
 * bound. Times count in whole seconds, as they are shown, and both ends are included.
 */
record JobFilter(String where, Map<String, Object> values, long limit, long offset) {
  private static final int MAX_LIMIT = 1000;
  private static final int MAX_OFFSET = 100_000_000;

  /** Everything a master token may see, and of others what they made themselves. */
  static JobFilter of(Caller caller, Params params, TimeTexts texts) {
    Conditions conditions = new Conditions(texts);
    conditions.and("visible AND project_id = :project", "project", caller.projectId());
    if (!caller.master()) {
      conditions.and("token_id = :token", "token", caller.tokenId());
    }
    conditions.statuses(params, "storage_job_status", "status = ANY(:included)", "included");
    conditions.statuses(
        params, "excluded_storage_job_status", "status <> ALL(:excluded)", "excluded");
    conditions.times(params, "created_time", "created_at");
    conditions.times(params, "start_time", "started_at");
    conditions.times(params, "end_time", "ended_at");
    String runId = params.text("runId", "");
    if (!runId.isEmpty()) {
      conditions.and("(run_id = :run OR starts_with(run_id, :run || '.'))", "run", runId);
    }
    return new JobFilter(
        String.join(" AND ", conditions.parts),
        conditions.values,
        params.number("limit", 100, 1, MAX_LIMIT),
        params.number("offset", 0, 0, MAX_OFFSET));
  }

  /** What this list shows after the job with this id, so many of its jobs having been shown. */
  JobFilter following(long last, int shown) {
    Map<String, Object> more = new LinkedHashMap<>(values);
    more.put("last", last);
    String rest = values.containsKey("last") ? where : where + " AND id < :last";
    return new JobFilter(rest, more, limit - shown, 0);
  }

  private static final class Conditions {
    private final TimeTexts texts;
    private final List<String> parts = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    Conditions(TimeTexts texts) {
      this.texts = texts;
    }

    void and(String condition, String name, Object value) {
      parts.add(condition);
      values.put(name, value);
    }

    void statuses(Params params, String parameter, String condition, String name) {
      List<String> words =
          params.list(parameter).stream().map(String::trim).filter(w -> !w.isEmpty()).toList();
      for (String word : words) {
        try {
          JobRow.Status.of(word);
        } catch (IllegalArgumentException e) {
          throw new PlatformException(
              ErrorCode.VALIDATION,
              parameter + " must be one of waiting, processing, success, error",
              e);
        }
      }
      if (!words.isEmpty()) {
        and(condition, name, words.toArray(String[]::new));
      }
    }

    /** The very second, or a range. */
    void times(Params params, String parameter, String column) {
      from(params, parameter, column);
      to(params, parameter, column);
      from(params, parameter + "_from", column);
      to(params, parameter + "_to", column);
    }

    private void from(Params params, String parameter, String column) {
      String text = params.text(parameter, "");
      if (!text.isEmpty()) {
        String name = "from_" + parameter;
        and(column + " >= :" + name, name, texts.read(parameter, text).atOffset(UTC));
      }
    }

    private void to(Params params, String parameter, String column) {
      String text = params.text(parameter, "");
      if (!text.isEmpty()) {
        String name = "to_" + parameter;
        Instant end = texts.read(parameter, text).plusSeconds(1);
        and(column + " < :" + name, name, end.atOffset(UTC));
      }
    }
  }
}
