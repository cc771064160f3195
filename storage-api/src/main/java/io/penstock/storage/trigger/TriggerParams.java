package io.penstock.storage.trigger;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Params;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Reads what callers say of triggers, in the contract's words and within bounds. */
final class TriggerParams {
  private static final List<String> REQUIRED =
      List.of(
          "runWithTokenId", "component", "configurationId", "coolDownPeriodMinutes", "tableIds");
  private static final int MAX_ID = 255;
  private static final int MAX_MINUTES = 10 * 366 * 24 * 60;
  private static final int MAX_TABLES = 1000;

  private TriggerParams() {}

  /** A whole trigger; its tables are not looked up yet. */
  static Trigger created(Caller caller, Params params, Instant now) {
    String missing =
        REQUIRED.stream().filter(name -> isMissing(params, name)).collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw invalid("Missing required query parameter(s) \"%s\"".formatted(missing));
    }
    Trigger blank =
        new Trigger(
            0,
            caller.projectId(),
            "",
            "",
            0,
            1,
            now,
            caller.tokenId(),
            caller.description(),
            List.of());
    return changed(blank, params);
  }

  private static boolean isMissing(Params params, String name) {
    return name.equals("tableIds")
        ? params.list(name).isEmpty()
        : Objects.requireNonNullElse(params.text(name), "").isEmpty();
  }

  /** The trigger with what was given in place of what it had. */
  static Trigger changed(Trigger before, Params params) {
    Long token = params.number("runWithTokenId");
    return new Trigger(
        before.id(),
        before.projectId(),
        id(params, "component", before.component()),
        id(params, "configurationId", before.configurationId()),
        token == null ? before.runWithTokenId() : token,
        coolDown(params, before.coolDownMinutes()),
        before.lastRunAt(),
        before.creatorId(),
        before.creatorDescription(),
        params.has("tableIds") ? tables(params) : before.tables());
  }

  private static String id(Params params, String name, String before) {
    String id = params.text(name, before);
    if (id.isBlank() || id.length() > MAX_ID) {
      throw invalid("%s must have 1 to %d characters".formatted(name, MAX_ID));
    }
    return id;
  }

  private static int coolDown(Params params, int before) {
    Long minutes = params.number("coolDownPeriodMinutes");
    if (minutes == null) {
      return before;
    }
    if (minutes < 1) {
      throw invalid("Minimal cool down period is 1 minute");
    }
    if (minutes > MAX_MINUTES) {
      throw invalid("Maximal cool down period is %d minutes".formatted(MAX_MINUTES));
    }
    return minutes.intValue();
  }

  private static List<String> tables(Params params) {
    List<String> tables = params.list("tableIds").stream().distinct().toList();
    if (tables.isEmpty() || tables.size() > MAX_TABLES) {
      throw invalid("tableIds must name 1 to %d tables".formatted(MAX_TABLES));
    }
    return tables;
  }

  static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
