package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The yardstick of an upsert is only one as long as it sends what the worker sends. */
class PsqlUpsertTest {
  private static final Path WORKER =
      Path.of("../import-worker/src/main/java/io/penstock/importer/load");
  private static final Path COLUMN =
      Path.of("../common/common-warehouse/src/main/java/io/penstock/warehouse/ColumnSql.java");

  @Test
  void mergeHasTheFormOfTheWorkersStatement() throws IOException {
    assertThat(Files.readString(WORKER.resolve("MergeStatement.java")))
        .contains(
            "INSERT INTO %s AS g (%s, _timestamp) SELECT %s, timestamptz '%s' FROM %s",
            "WITH merged AS (%s ON CONFLICT (%s) %s RETURNING old.%s IS NULL AS inserted)",
            "SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM merged",
            "DO UPDATE SET %s, _timestamp = excluded._timestamp WHERE %s",
            "g.%1$s IS DISTINCT FROM excluded.%1$s");
    assertThat(PsqlUpsert.merge())
        .startsWith(
            "WITH merged AS (INSERT INTO public.t AS g (c1, c2, c3, c4, c5, c6, c7, c8, _timestamp) SELECT c1, c2,")
        .contains(
            "ON CONFLICT (c1) DO UPDATE SET c2 = excluded.c2, c3 = excluded.c3,",
            "_timestamp = excluded._timestamp WHERE g.c2 IS DISTINCT FROM excluded.c2 OR g.c3",
            "RETURNING old.c1 IS NULL AS inserted");
  }

  @Test
  void columnsAreThoseOfAGeneration() throws IOException {
    assertThat(Files.readString(COLUMN)).contains("text NOT NULL DEFAULT ''");
    assertThat(Files.readString(WORKER.resolve("TargetTable.java")))
        .contains("\"DROP TABLE IF EXISTS %s; CREATE TABLE %s (%s)\"");
    assertThat(PsqlUpsert.staging()).startsWith("CREATE TABLE ");
    assertThat(Columns.DEFINITIONS)
        .startsWith("c1 text NOT NULL DEFAULT '', c2 text NOT NULL DEFAULT ''");
  }
}
