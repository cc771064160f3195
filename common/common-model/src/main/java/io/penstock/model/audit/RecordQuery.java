package io.penstock.model.audit;

import io.penstock.model.audit.AuditRecord.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A search in one project's records, from storage-api to audit-service ({@code POST
 * /internal/records/search}). What is left out of its JSON does not restrict.
 *
 * @param projectId only this project's records are ever found
 * @param query the query-string syntax of the contract, chapter 2.9; null: everything
 */
public record RecordQuery(
    long projectId,
    @Nullable String query,
    Viewer viewer,
    Where where,
    Paging paging,
    Counting counting) {

  public RecordQuery {
    viewer = viewer == null ? Viewer.OF_ALL : viewer;
    where = where == null ? Where.ANYTHING : where;
    paging = paging == null ? Paging.newest(0) : paging;
    counting = counting == null ? Counting.NOTHING : counting;
  }

  /** The same search for what comes after a record. */
  public RecordQuery after(Place place) {
    return new RecordQuery(projectId, query, viewer, where, paging.after(place), counting);
  }

  /** The next so many behind a record, without counting again. */
  public RecordQuery following(Place place, int limit) {
    return new RecordQuery(
        projectId, query, viewer, where, paging.after(place).limitedTo(limit), Counting.NOTHING);
  }

  /** The same search, of what happened then or later. */
  public RecordQuery notBefore(Instant time) {
    return new RecordQuery(projectId, query, viewer, where.notBefore(time), paging, counting);
  }

  /**
   * Who looks.
   *
   * @param tokenId null: sees all of the project's; else only records of this token id, and of
   *     {@code objects}
   * @param objects objects ({@code table:in.c-main.users}) whose records a limited token sees too
   */
  public record Viewer(@Nullable String tokenId, Set<String> objects) {
    public static final Viewer OF_ALL = new Viewer(null, Set.of());

    public Viewer {
      objects = objects == null ? Set.of() : Set.copyOf(objects);
    }
  }

  /**
   * Conditions that hold together; null: no condition.
   *
   * @param kinds empty: all
   * @param objectType with {@code objectId}: only records of this object
   * @param orObjectIds with {@code objectId}: records of these objects of the same type, too
   * @param runId exact, or a parent of {@code runId.*}
   * @param actor the id of who acted, or his whole description without regard to case
   * @param operation a call's method and route, or an event's name
   * @param address where the call came from
   * @param since earliest time, inclusive
   * @param until latest time, exclusive
   */
  public record Where(
      Set<AuditRecord.Kind> kinds,
      @Nullable String objectType,
      @Nullable String objectId,
      Set<String> orObjectIds,
      @Nullable String component,
      @Nullable String configurationId,
      @Nullable String runId,
      @Nullable String actor,
      @Nullable String operation,
      @Nullable Outcome outcome,
      @Nullable String address,
      @Nullable Instant since,
      @Nullable Instant until) {
    public static final Where ANYTHING =
        new Where(
            Set.of(), null, null, Set.of(), null, null, null, null, null, null, null, null, null);

    public Where {
      kinds = kinds == null ? Set.of() : Set.copyOf(kinds);
      orObjectIds = orObjectIds == null ? Set.of() : Set.copyOf(orObjectIds);
    }

    Where notBefore(Instant time) {
      if (since != null && since.isAfter(time)) {
        return this;
      }
      return new Where(
          kinds,
          objectType,
          objectId,
          orObjectIds,
          component,
          configurationId,
          runId,
          actor,
          operation,
          outcome,
          address,
          time,
          until);
    }
  }

  /**
   * Which part of what is found. Records are in the order of their time, then of their id.
   *
   * @param sinceId exclusive lower bound: a record's UUID or number
   * @param maxId exclusive upper bound: a record's UUID or number
   * @param after the page begins with the next record in the order asked for; unlike an offset this
   *     costs the same however far it is, and unlike the bounds it does not change what is counted
   * @param limit at most 10,000
   * @param ascending oldest first
   * @param bytes the page ends with the record that reaches so many bytes of JSON; 0: only the
   *     limit ends it
   */
  public record Paging(
      @Nullable String sinceId,
      @Nullable String maxId,
      @Nullable Place after,
      int limit,
      int offset,
      boolean ascending,
      int bytes) {

    static Paging newest(int limit) {
      return new Paging(null, null, null, limit, 0, false, 0);
    }

    Paging after(Place place) {
      return new Paging(sinceId, maxId, place, limit, 0, ascending, bytes);
    }

    Paging limitedTo(int most) {
      return new Paging(sinceId, maxId, after, most, offset, ascending, bytes);
    }
  }

  /**
   * A place in the order of records.
   *
   * @param id of a record: its UUID, or its number where the time is left out
   * @param time of that record; null: it is looked up
   */
  public record Place(String id, @Nullable Instant time) {

    public static Place of(AuditRecord record) {
      return new Place(record.id().toString(), record.time());
    }
  }

  /**
   * What is counted over all that is found, whatever the page. Counting reads every match; a page
   * alone does not.
   *
   * @param facets the most frequent values of these
   * @param values so many of each
   * @param histogram how many there are in each span of time; null: not counted
   */
  public record Counting(
      boolean total, Set<Facet> facets, int values, @Nullable Interval histogram) {
    public static final Counting NOTHING = new Counting(false, Set.of(), 0, null);

    public Counting {
      facets = facets == null ? Set.of() : Set.copyOf(facets);
    }
  }

  /** What values are counted of; {@link #wireName} is the field in queries too. */
  public enum Facet {
    EVENT("event"),
    COMPONENT("component"),
    TYPE("type"),
    KIND("kind"),
    OUTCOME("outcome"),
    STATUS("status"),
    OBJECT_TYPE("objectType"),
    TOKEN_ID("token.id"),
    ADDRESS("address");

    private final String wireName;

    Facet(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }
  }

  /** Spans of a histogram; each begins with a whole one, UTC. */
  public enum Interval {
    MINUTE(60),
    HOUR(3_600),
    DAY(86_400);

    private final long seconds;

    Interval(long seconds) {
      this.seconds = seconds;
    }

    public long seconds() {
      return seconds;
    }
  }

  /**
   * A histogram has so many spans at most; a search for more is refused with {@code VALIDATION}.
   */
  public static final int MOST_SPANS = 2_000;

  /** Values of a facet at most. */
  public static final int MOST_VALUES = 100;

  /**
   * What was found.
   *
   * @param total how many there are in all; -1 where nobody asked
   * @param facets by wire name, the most frequent first, then by value
   * @param histogram spans with at least one record, oldest first
   * @param cut whether the page ended for its bytes: there may be more of what was asked for
   */
  public record Page(
      List<KeptRecord> records,
      long total,
      Map<String, List<Count>> facets,
      List<Span> histogram,
      boolean cut) {
    public static final long NOT_COUNTED = -1;

    public Page {
      facets = facets == null ? Map.of() : facets;
      histogram = histogram == null ? List.of() : histogram;
    }
  }

  /** How often a value is there. */
  public record Count(String value, long count) {}

  /** How many records begin with this time's span. */
  public record Span(Instant from, long count) {}
}
