package io.penstock.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The worker's own statements of an incremental load, sent by {@code psql}. */
final class PsqlUpsert implements Side {
  private static final String TABLE = CopyLoad.TABLE;
  private static final String STAGING = "public.s";
  private static final String KEY = Columns.NAMES.getFirst();

  private final Bed bed;
  private final Path events;
  private final Path changes;

  PsqlUpsert(Bed bed, Path events, Path changes) {
    this.bed = bed;
    this.events = events;
    this.changes = changes;
  }

  @Override
  public String name() {
    return "psql, the same statements";
  }

  @Override
  public String what() {
    return "psql: staging table and \\copy; then INSERT … ON CONFLICT … DO UPDATE … WHERE … IS DISTINCT FROM … and DROP";
  }

  /** The same statements that make a generation with a key. */
  @Override
  public void prepare() throws Exception {
    Warehouse warehouse = bed.warehouse();
    warehouse.scratch("DROP TABLE IF EXISTS " + TABLE, "DROP TABLE IF EXISTS " + STAGING);
    bed.psql()
        .run(
            Warehouse.SCRATCH,
            List.of(
                "BEGIN",
                CopyLoad.CREATE,
                CopyLoad.copy(Psql.quoted(events), true),
                "ALTER TABLE %s ADD PRIMARY KEY (%s)".formatted(TABLE, KEY),
                "COMMIT",
                "ALTER TABLE %s ADD COLUMN _timestamp timestamptz NOT NULL DEFAULT '2026-01-01T00:00:00Z'"
                    .formatted(TABLE)));
    warehouse.vacuum(Warehouse.SCRATCH, TABLE);
  }

  @Override
  public void run() throws Exception {
    bed.psql()
        .run(
            Warehouse.SCRATCH,
            List.of(
                "BEGIN",
                staging(),
                "\\copy %s (%s) from %s csv header"
                    .formatted(STAGING, Columns.LIST, Psql.quoted(changes)),
                "COMMIT",
                "BEGIN",
                merge(),
                "DROP TABLE " + STAGING,
                "COMMIT"));
  }

  /** As {@code TargetTable} of import-worker makes it. */
  static String staging() {
    return "CREATE TABLE %s (%s)".formatted(STAGING, Columns.DEFINITIONS);
  }

  /** As {@code MergeStatement} of import-worker writes it. */
  static String merge() {
    List<String> others = Columns.NAMES.subList(1, Columns.NAMES.size());
    String set =
        others.stream()
            .map(column -> column + " = excluded." + column)
            .collect(Collectors.joining(", "));
    String differs =
        others.stream()
            .map(column -> "g.%1$s IS DISTINCT FROM excluded.%1$s".formatted(column))
            .collect(Collectors.joining(" OR "));
    String insert =
        "INSERT INTO %s AS g (%s, _timestamp) SELECT %s, timestamptz '2026-01-02T00:00:00Z' FROM %s"
            .formatted(TABLE, Columns.LIST, Columns.LIST, STAGING);
    String action =
        "DO UPDATE SET %s, _timestamp = excluded._timestamp WHERE %s".formatted(set, differs);
    return """
        WITH merged AS (%s ON CONFLICT (%s) %s RETURNING old.%s IS NULL AS inserted)
        SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM merged"""
        .formatted(insert, KEY, action, KEY);
  }

  @Override
  public Optional<Content> verify() throws Exception {
    return Optional.of(bed.warehouse().content(Warehouse.SCRATCH, TABLE));
  }

  @Override
  public void clear() throws Exception {
    bed.warehouse().scratch("DROP TABLE " + TABLE);
  }
}
