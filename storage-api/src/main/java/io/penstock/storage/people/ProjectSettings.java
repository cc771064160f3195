package io.penstock.storage.people;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.people.Projects.Project;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.Revocations;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * What can be set of a project. Every change moves its revocation counter, so that no node goes on
 * with a project as it was.
 */
@Service
class ProjectSettings {
  private static final Pattern LABEL = Pattern.compile("[a-z]{1,30}");
  private static final Pattern FEATURE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Set<String> PARALLELISM =
      Set.of("storage.jobsParallelism", "components.jobsParallelism");
  private static final int DEFAULT_PARALLELISM = 10;
  private static final int MAX_PARALLELISM = 1000;
  private static final int MAX_FEATURES = 200;
  private static final int MAX_DAYS = 36_500;
  private static final int MAX_REASON = 1000;

  private final JdbcClient jdbc;
  private final Projects projects;
  private final Changes changes;
  private final Revocations revocations;
  private final Clock clock;

  ProjectSettings(
      JdbcClient jdbc, Projects projects, Changes changes, Revocations revocations, Clock clock) {
    this.jdbc = jdbc;
    this.projects = projects;
    this.changes = changes;
    this.revocations = revocations;
    this.clock = clock;
  }

  /** What clients are told the backend is. */
  static String label(Params params) {
    String label =
        params.text("backendLabel", params.text("defaultBackend", Projects.DEFAULT_LABEL));
    if (!LABEL.matcher(label).matches()) {
      throw new PlatformException(
          ErrorCode.MANAGE_VALIDATION, "backendLabel must be a word in small letters");
    }
    return label;
  }

  /** Name, backend label and lifetime, as far as they are given. */
  void update(long id, Params params) {
    refuse(params, "type", "production");
    refuse(params, "billedMonthlyPrice", "");
    refuse(params, "dataRetentionTimeInDays", "7");
    @Nullable String name = params.has("name") ? Organisations.name(params) : null;
    boolean labelled = params.has("backendLabel") || params.has("defaultBackend");
    @Nullable String label = labelled ? label(params) : null;
    boolean limited = params.has("expirationDays");
    @Nullable Instant expires = limited ? expires(params) : null;
    change(
        id,
        200,
        project ->
            jdbc.sql(
                    """
                    UPDATE project SET name = coalesce(:name, name), backend_label = coalesce(:label, backend_label),
                      expires_at = CASE WHEN :limited THEN :expires::timestamptz ELSE expires_at END
                    WHERE id = :id
                    """)
                .param("name", name)
                .param("label", label)
                .param("limited", limited)
                .param("expires", expires == null ? null : Timestamp.from(expires))
                .param("id", project)
                .update());
  }

  private static void refuse(Params params, String name, String onlyValue) {
    String value = params.text(name);
    if (value != null && !value.isEmpty() && !value.equals(onlyValue)) {
      throw new PlatformException(
          ErrorCode.MANAGE_VALIDATION, name + " cannot be changed on this installation");
    }
  }

  /** Days from now; -1: it has expired, 0: it never does. */
  private @Nullable Instant expires(Params params) {
    long days = params.number("expirationDays", 0, -1, MAX_DAYS);
    if (days == 0) {
      return null;
    }
    return days < 0 ? clock.instant() : clock.instant().plus(Duration.ofDays(days));
  }

  /** Takes the project out of service, or puts it back. */
  void disable(long id, Params params) {
    boolean disabled = params.flag("isDisabled", true);
    @Nullable String reason = bounded(params, "disableReason");
    @Nullable String end = bounded(params, "estimatedEndTime");
    change(
        id,
        200,
        project -> {
          int found =
              jdbc.sql(
                      """
                      UPDATE project SET state = :state, disable_reason = :reason, disable_estimated_end = :end
                      WHERE id = :id AND state IN ('ACTIVE', 'DISABLED')
                      """)
                  .param("state", disabled ? "DISABLED" : "ACTIVE")
                  .param("reason", disabled ? reason : null)
                  .param("end", disabled ? end : null)
                  .param("id", project)
                  .update();
          if (found == 0) {
            throw new PlatformException(
                ErrorCode.VALIDATION, "The project is still being made; try again when it is");
          }
        });
  }

  private static @Nullable String bounded(Params params, String name) {
    String text = params.text(name);
    if (text != null && text.length() > MAX_REASON) {
      throw new PlatformException(
          ErrorCode.MANAGE_VALIDATION,
          "%s may have %d characters at most".formatted(name, MAX_REASON));
    }
    return text;
  }

  void addFeature(long id, Params params) {
    String feature = params.text("feature", "");
    if (!FEATURE.matcher(feature).matches()) {
      throw new PlatformException(
          ErrorCode.MANAGE_VALIDATION,
          "feature must have 1 to 100 letters, digits, dots, dashes or underscores");
    }
    change(
        id,
        200,
        project -> {
          int added =
              jdbc.sql(
                      """
                      UPDATE project SET features = array_append(features, :feature)
                      WHERE id = :id AND NOT :feature = ANY(features) AND cardinality(features) < :max
                      """)
                  .param("feature", feature)
                  .param("id", project)
                  .param("max", MAX_FEATURES)
                  .update();
          if (added == 0) {
            throw new PlatformException(
                ErrorCode.MANAGE_VALIDATION,
                "The project has the feature \"%s\" already, or %d others"
                    .formatted(feature, MAX_FEATURES));
          }
        });
  }

  void removeFeature(long id, String feature) {
    change(
        id,
        204,
        project -> {
          int removed =
              jdbc.sql(
                      """
                      UPDATE project SET features = array_remove(features, :feature)
                      WHERE id = :id AND :feature = ANY(features)
                      """)
                  .param("feature", feature)
                  .param("id", project)
                  .update();
          if (removed == 0) {
            throw new PlatformException(
                ErrorCode.ROUTE_NOT_FOUND, "resource not found: the project has no such feature");
          }
        });
  }

  /** Both names of the parallelism are one limit here. */
  void limit(long id, Params params) {
    List<Params> limits = params.objects("limits");
    if (limits.isEmpty()) {
      throw new PlatformException(ErrorCode.MANAGE_VALIDATION, "limits must name a limit");
    }
    long last = DEFAULT_PARALLELISM;
    for (Params limit : limits) {
      requireLimit(limit.text("name", ""));
      last = limit.number("value", 0, 1, MAX_PARALLELISM);
    }
    if (last < 1) {
      throw new PlatformException(ErrorCode.MANAGE_VALIDATION, "A limit has a value");
    }
    parallelism(id, 200, last);
  }

  void removeLimit(long id, String name) {
    requireLimit(name);
    parallelism(id, 204, DEFAULT_PARALLELISM);
  }

  private void parallelism(long id, int status, long value) {
    change(
        id,
        status,
        project ->
            jdbc.sql("UPDATE project SET jobs_parallelism = :value WHERE id = :id")
                .param("value", value)
                .param("id", project)
                .update());
  }

  private static void requireLimit(String name) {
    if (!PARALLELISM.contains(name)) {
      throw new PlatformException(
          ErrorCode.MANAGE_VALIDATION,
          "The one limit that can be set is storage.jobsParallelism, not \"%s\"".formatted(name));
    }
  }

  private void change(long id, int status, LongConsumer change) {
    Project known = projects.require(id);
    changes.commit(
        status,
        () -> {
          revocations.move(known.id());
          change.accept(known.id());
          Call.current().about("project", Long.toString(id), known.name());
          return known;
        });
  }
}
