package io.penstock.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code \copy} over TCP into a table like a generation, made anew for each run in a transaction of
 * its own.
 */
final class CopyLoad implements Side {
  static final String TABLE = "public.t";
  static final String CREATE = "CREATE TABLE %s (%s)".formatted(TABLE, Columns.DEFINITIONS);

  private final Bed bed;
  private final String name;
  private final String what;
  private final boolean tableIsThere;
  private final Session session;

  /** What is timed. */
  interface Session {
    void run(Psql psql) throws Exception;
  }

  private CopyLoad(Bed bed, String name, String what, boolean tableIsThere, Session session) {
    this.bed = bed;
    this.name = name;
    this.what = what;
    this.tableIsThere = tableIsThere;
    this.session = session;
  }

  static CopyLoad ofPlain(Bed bed, Path file) {
    return new CopyLoad(
        bed,
        "psql \\copy",
        "psql -c \"\\copy t from 'file' csv header\"",
        true,
        psql -> psql.run(Warehouse.SCRATCH, List.of(copy(Psql.quoted(file), true))));
  }

  /** PostgreSQL then writes no WAL for the rows: what the worker does, too. */
  static CopyLoad inCreatingTransaction(Bed bed, Path file) {
    return new CopyLoad(
        bed,
        "psql create and \\copy",
        "the same in the transaction that creates the table",
        false,
        psql ->
            psql.run(
                Warehouse.SCRATCH,
                List.of("BEGIN", CREATE, copy(Psql.quoted(file), true), "COMMIT")));
  }

  static CopyLoad ofPacked(Bed bed, Path file) {
    return new CopyLoad(
        bed,
        "gzip -dc | psql \\copy",
        "gzip -dc file | psql -c \"\\copy t from pstdin csv header\"",
        true,
        psql ->
            psql.feed(
                List.of("gzip", "-dc", file.toString()), Warehouse.SCRATCH, copy("pstdin", true)));
  }

  static CopyLoad inTwoSessions(Bed bed, List<Path> slices) {
    List<String> copies = slices.stream().map(slice -> copy(Psql.quoted(slice), false)).toList();
    int half = copies.size() / 2;
    return new CopyLoad(
        bed,
        "two psql \\copy",
        "two psql at the same time, each half of the slices",
        true,
        psql ->
            psql.runTogether(
                Warehouse.SCRATCH,
                List.of(copies.subList(0, half), copies.subList(half, copies.size()))));
  }

  static String copy(String source, boolean header) {
    return "\\copy %s (%s) from %s csv%s"
        .formatted(TABLE, Columns.LIST, source, header ? " header" : "");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String what() {
    return what;
  }

  @Override
  public void prepare() throws Exception {
    bed.warehouse().scratch("DROP TABLE IF EXISTS " + TABLE);
    if (tableIsThere) {
      bed.warehouse().scratch(CREATE);
    }
  }

  @Override
  public void run() throws Exception {
    session.run(bed.psql());
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
