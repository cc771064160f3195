package io.penstock.storage.event;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord.Kind;
import io.penstock.model.audit.AuditRecord.Outcome;
import io.penstock.model.audit.RecordQuery;
import io.penstock.model.audit.RecordQuery.Counting;
import io.penstock.model.audit.RecordQuery.Facet;
import io.penstock.model.audit.RecordQuery.Interval;
import io.penstock.model.audit.RecordQuery.Paging;
import io.penstock.model.audit.RecordQuery.Place;
import io.penstock.model.audit.RecordQuery.Viewer;
import io.penstock.model.audit.RecordQuery.Where;
import io.penstock.storage.access.Caller;
import io.penstock.storage.event.EventSearch.Scope;
import io.penstock.storage.job.TimeFilter;
import io.penstock.storage.web.Params;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what callers search events and records by; everything is bounded here. */
final class RecordParams {
  private static final int LIMIT = 100;
  private static final int MAX_LIMIT = 10_000;

  /** Of our own API, which has {@code after}. */
  private static final int MAX_RECORDS = 1_000;

  /** Of a page of a list, see {@link RecordLists}: it is held in memory. */
  private static final int PAGE_BYTES = 2 << 20;

  private static final int MAX_TEXT = 10_000;
  private static final int VALUES = 20;

  private final Params params;

  private RecordParams(Params params) {
    this.params = params;
  }

  /** Events only, by the contract's parameters (chapter 2.9) and ours. */
  static RecordQuery events(Caller caller, Scope scope, Params given) {
    RecordParams params = new RecordParams(given);
    Where where =
        new Where(
            Set.of(Kind.EVENT),
            scope.objectType(),
            scope.objectId(),
            scope.orObjectIds(),
            params.text("component"),
            params.text("configurationId"),
            params.text("runId"),
            null,
            null,
            null,
            null,
            params.time("since"),
            params.time("until"));
    Paging paging =
        new Paging(
            params.text("sinceId"),
            params.text("maxId"),
            null,
            (int) given.number("limit", LIMIT, 0, MAX_LIMIT),
            (int) given.number("offset", 0, 0, Integer.MAX_VALUE),
            params.ascending(),
            PAGE_BYTES);
    return params.query(caller, scope.viewer(), where, paging);
  }

  /** Records of every kind, by what an auditor asks for. */
  static RecordQuery records(Caller caller, Viewer viewer, Params given) {
    RecordParams params = new RecordParams(given);
    return params.query(
        caller,
        viewer,
        params.where(params.time("until")),
        params.following((int) given.number("limit", LIMIT, 0, MAX_RECORDS), PAGE_BYTES));
  }

  /**
   * All records that the conditions hold for, in pages.
   *
   * @param now what comes later is not waited for
   * @param limit and
   * @param bytes of a page
   */
  static RecordQuery whole(
      Caller caller, Viewer viewer, Params given, Instant now, int limit, int bytes) {
    RecordParams params = new RecordParams(given);
    Instant until = params.time("until");
    return new RecordQuery(
        caller.projectId(),
        params.text("q"),
        viewer,
        params.where(until == null ? now : until),
        params.following(limit, bytes),
        Counting.NOTHING);
  }

  private Paging following(int limit, int bytes) {
    String after = text("after");
    return new Paging(
        null, null, after == null ? null : new Place(after, null), limit, 0, ascending(), bytes);
  }

  private Where where(@Nullable Instant until) {
    return new Where(
        Set.of(),
        text("objectType"),
        text("objectId"),
        Set.of(),
        null,
        null,
        text("runId"),
        text("actor"),
        text("operation"),
        outcome(),
        text("address"),
        time("since"),
        until);
  }

  private RecordQuery query(Caller caller, Viewer viewer, Where where, Paging paging) {
    return new RecordQuery(caller.projectId(), text("q"), viewer, where, paging, counting());
  }

  private boolean ascending() {
    return switch (params.text("sortOrder", "desc").toLowerCase(Locale.ROOT)) {
      case "asc" -> true;
      case "desc", "" -> false;
      default -> throw invalid("sortOrder must be asc or desc");
    };
  }

  private @Nullable Outcome outcome() {
    String word = text("outcome");
    if (word == null) {
      return null;
    }
    return Arrays.stream(Outcome.values())
        .filter(outcome -> outcome.name().equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(() -> invalid("outcome must be allowed, refused or failed"));
  }

  /** Nothing, unless facets or a histogram are asked for: a list alone need not count. */
  private Counting counting() {
    Set<Facet> facets = EnumSet.noneOf(Facet.class);
    params.list("facets").stream()
        .filter(name -> !name.isEmpty())
        .forEach(name -> facets.add(facet(name)));
    Interval histogram = histogram();
    int values = (int) params.number("facetValues", VALUES, 1, RecordQuery.MOST_VALUES);
    boolean asked = !facets.isEmpty() || histogram != null;
    return asked ? new Counting(true, facets, values, histogram) : Counting.NOTHING;
  }

  private static Facet facet(String name) {
    return Arrays.stream(Facet.values())
        .filter(facet -> facet.wireName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                invalid(
                    "facets may be "
                        + Arrays.stream(Facet.values())
                            .map(Facet::wireName)
                            .collect(Collectors.joining(", "))));
  }

  private @Nullable Interval histogram() {
    String word = text("histogram");
    if (word == null) {
      return null;
    }
    return Arrays.stream(Interval.values())
        .filter(interval -> EventJson.word(interval).equals(word))
        .findFirst()
        .orElseThrow(() -> invalid("histogram must be minute, hour or day"));
  }

  private @Nullable Instant time(String name) {
    String text = text(name);
    return text == null ? null : TimeFilter.parse(name, text);
  }

  private @Nullable String text(String name) {
    String text = params.text(name, "");
    if (text.length() > MAX_TEXT) {
      throw invalid("%s may have %d characters at most".formatted(name, MAX_TEXT));
    }
    return text.isEmpty() ? null : text;
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
