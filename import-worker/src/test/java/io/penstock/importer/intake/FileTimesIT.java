package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.Json;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.DryRunReport;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.CheckLoad;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.model.job.JobTask.DefineTable;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.model.job.JobTask.LoadRules;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.UndoImport;
import io.penstock.model.table.TableQuery;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TimeZone;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Loads whose file says the rows' {@code _timestamp}. */
class FileTimesIT extends ProjectTest {
  private static final String NOON = "2020-01-02T12:00:00.000000Z";
  private static final LoadRules TIMED = new LoadRules(false, false, true);

  @Test
  void fullLoadTakesTimesFromTheFileAndItsOwnWhereTheFileHasNone() throws SQLException {
    long table = project.newTable("id,name\n0,old\n", "id");

    JobOutcome outcome =
        succeed(
            timed(
                table,
                false,
                """
                id,_timestamp,name
                1,2020-01-02 12:00:00,a
                2,2020-01-02T13:00:00+01:00,b
                3,2020-01-02T12:00:00.000000Z,c
                4,"2020-01-02 07:00:00.5-05",d
                5,20200102T120000Z,e
                6,2020-01-02,f
                7,,g
                8,"",h
                """));

    String own = shown(lastImport(table));
    assertThat(rows(table))
        .containsExactlyInAnyOrder(
            "1|a|" + NOON,
            "2|b|" + NOON,
            "3|c|" + NOON,
            "4|d|2020-01-02T12:00:00.500000Z",
            "5|e|" + NOON,
            "6|f|2020-01-02T00:00:00.000000Z",
            "7|g|" + own,
            "8|h|" + own);
    assertThat(project.catalogue(table).names()).containsExactly("id", "name");
    assertThat(Objects.requireNonNull(outcome.load()).columns()).containsExactly("id", "name");
    assertThat(lastImport(table)).isAfter(Instant.parse("2021-01-01T00:00:00Z"));
  }

  @Test
  void timeWithoutAnOffsetIsUtcWhereverTheWorkerRuns() throws SQLException {
    long table = project.newTable("id\n0\n");
    TimeZone here = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
      succeed(timed(table, false, "id,_timestamp\n1,2020-01-02 12:00:00\n"));
      succeed(timed(table, true, "id,_timestamp\n2,2020-01-02 12:00:00\n"));
    } finally {
      TimeZone.setDefault(here);
    }

    assertThat(rows(table)).containsExactlyInAnyOrder("1|" + NOON, "2|" + NOON);
  }

  @Test
  void upsertTouchesRowsThatDifferAndNoOthers() throws SQLException {
    long table = project.newTable("id,name\n", "id");
    succeed(timed(table, false, "id,name,_TimeStamp \n1,a,NOON\n2,b,NOON\n3,c,NOON\n"));

    JobOutcome outcome =
        succeed(
            timed(
                table,
                true,
                """
                _timestamp,id,name
                2031-01-01,1,a
                2031-01-01,2,B
                ,3,C
                2031-01-01,4,d
                ,5,e
                """));

    String own = shown(lastImport(table));
    assertThat(rows(table))
        .containsExactlyInAnyOrder(
            "1|a|" + NOON,
            "2|B|2031-01-01T00:00:00.000000Z",
            "3|C|" + own,
            "4|d|2031-01-01T00:00:00.000000Z",
            "5|e|" + own);
    assertThat(Objects.requireNonNull(outcome.load()).rowsInserted()).isEqualTo(2);
    assertThat(Objects.requireNonNull(outcome.load()).rowsUpdated()).isEqualTo(2);
  }

  @Test
  void lastRowOfAKeyWinsWithItsTime() throws SQLException {
    long table = project.newTable("id,name\n", "id");
    int many = 2000;
    String csv =
        IntStream.range(0, many)
            .mapToObj(i -> "%d,n%d,2020-01-01T00:00:%02dZ\n".formatted(i % 40, i, i / 40))
            .collect(Collectors.joining("", "id,name,_timestamp\n", ""));

    for (boolean incremental : new boolean[] {false, true}) {
      succeed(timed(table, incremental, csv));

      assertThat(rows(table)).hasSize(40).contains("0|n1960|2020-01-01T00:00:49.000000Z");
      assertThat(rows(table)).allMatch(row -> row.endsWith("00:00:49.000000Z"));
    }
  }

  @Test
  void rowsAreAppendedAndTheirColumnsAdded() throws SQLException {
    long table = project.newTable("id\n0\n");

    succeed(timed(table, true, "id,_timestamp,city\n1,NOON,x\n"));
    String before = shown(lastImport(table));
    try (Connection reader = project.asReader();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("SELECT * FROM " + project.catalogue(table).table()).close();
      succeed(timed(table, true, "id,city,_timestamp,late\n2,y,,z\n"));
    }

    String own = shown(lastImport(table));
    assertThat(rows(table))
        .hasSize(3)
        .contains("1|x||" + NOON, "2|y|z|" + own)
        .noneMatch(row -> row.endsWith(before));
  }

  @Test
  void tableIsMadeFromAFileThatColumnsName() throws SQLException {
    long table = WarehouseFixture.nextId();
    LoadTable load =
        project.load(
            table,
            true,
            false,
            new CsvFormat(";", "", "", List.of("id", "_timestamp", "name"), Header.GIVEN, null),
            "1;%s;a\n".formatted(NOON).getBytes(StandardCharsets.UTF_8),
            "id");

    succeed(with(load, TIMED));

    assertThat(rows(table)).containsExactly("1|a|" + NOON);
    succeed(timed(table, true, "id,name,_timestamp\n1,b,\n"));
    assertThat(rows(table)).containsExactly("1|b|" + shown(lastImport(table)));
  }

  @Test
  void slicesAreLoadedSideBySide() throws SQLException {
    long table = project.newTable("id,name\n", "id");
    CsvFormat format =
        new CsvFormat(",", "\"", "", List.of("id", "name", "_timestamp"), Header.GIVEN, null);
    List<String> slices =
        IntStream.range(0, 6)
            .mapToObj(i -> "%d,x,%s\nk,last%d,2020-01-0%dT00:00:00Z\n".formatted(i, NOON, i, i + 1))
            .toList();

    for (boolean incremental : new boolean[] {false, true}) {
      succeed(
          with(project.loadSlices(table, false, incremental, true, slices, format, "id"), TIMED));

      assertThat(rows(table)).hasSize(7).contains("0|x|" + NOON, "5|x|" + NOON);
      assertThat(rows(table)).contains("k|last5|2020-01-06T00:00:00.000000Z");
    }
    LoadTable none = project.loadSlices(table, false, false, false, List.of(), format, "id");
    succeed(with(none, TIMED));
    assertThat(rows(table)).isEmpty();
  }

  @Test
  void valuesThatAreNoTimesAreListedAndNothingChanges() throws SQLException {
    long table = project.newTable("id,name\n1,a\n", "id");
    List<String> before = rows(table);
    List<String> relations = project.relations(table);
    String csv =
        """
        id,_timestamp,name
        1,2020-01-02,ok
        2,yesterday,a
        3,01/02/2030,b
        4,2020-02-30 10:00:00,c
        5,infinity,d
        6,2020-01-01 BC,e
        7,1700000000,f
        8,,g
        9,202001021200,h
        10,9999-12-31 23:59:59-05,i
        11," ",j
        12,"",k
        13,NULL,l
        """;

    for (boolean incremental : new boolean[] {false, true}) {
      JobError error = error(project.run(timed(table, incremental, csv)));

      assertThat(error.code()).isEqualTo("csvImport.invalidValue");
      assertThat(error.message())
          .contains("record 3, line 3, column 2, byte 37")
          .contains("is no time such as 2030-01-31T12:00:00Z", "(column \"_timestamp\")")
          .doesNotContain("yesterday");
      assertThat(problems(error))
          .containsExactly(
              "3 yesterday",
              "4 01/02/2030",
              "5 2020-02-30 10:00:00",
              "6 infinity",
              "7 2020-01-01 BC",
              "8 1700000000",
              "10 202001021200",
              "11 9999-12-31 23:59:59-05",
              "12  ",
              "14 NULL");
    }
    assertThat(rows(table)).isEqualTo(before);
    assertThat(project.relations(table)).isEqualTo(relations);
  }

  /** Each alone, so that the load itself refuses it, not only the second look. */
  @Test
  void eachOfThemIsRefusedAlone() throws SQLException {
    long table = project.newTable("id\n1\n");
    for (String text : List.of("now", "infinity", "2020-01-01 BC", "2020-13-01", "1700000000")) {
      JobError error =
          error(project.run(timed(table, true, "id,_timestamp\n1,%s\n".formatted(text))));

      assertThat(problems(error)).containsExactly("2 " + text);
    }
    assertThat(project.rows(table)).containsExactly("1");
  }

  @Test
  void typedTableTellsItsOwnRefusalsToo() throws SQLException {
    long table = typed();

    JobError error =
        error(project.run(timed(table, false, "a,_timestamp,b\n1,soon,x\nno,NOON,\n")));

    assertThat(problems(error)).containsExactly("2 soon", "3 no");
  }

  @Test
  void whatStandsForNullInATypedTableIsNoTimeEither() throws SQLException {
    long table = typed();
    for (@Nullable String nullValue : new String[] {"", "NA", null}) {
      var format = new CsvFormat(",", "\"", "", List.of(), Header.FIRST_LINE, null, nullValue);
      String left = nullValue == null ? "" : nullValue;
      String csv = "b,a,_timestamp\nx,1,%s\ny,2,%s\nz,3,\n".formatted(NOON, left);
      succeed(
          with(
              project.load(table, false, false, format, csv.getBytes(StandardCharsets.UTF_8)),
              TIMED));

      String own = shown(lastImport(table));
      assertThat(rows(table)).containsExactlyInAnyOrder("1|x|" + NOON, "2|y|" + own, "3|z|" + own);
    }
  }

  @Test
  void fileThatNamesNoTimesSaysWhatToChange() throws SQLException {
    long table = project.newTable("id\n1\n");

    JobError error = error(project.run(timed(table, false, "id,timestamp\n1,2020-01-02\n")));
    JobError order =
        error(
            project.run(
                with(
                    project.load(
                        table,
                        false,
                        true,
                        new CsvFormat(",", "\"", "", List.of(), Header.TABLE_ORDER, null),
                        "1\n".getBytes(StandardCharsets.UTF_8)),
                    TIMED)));
    JobError nothingElse = error(project.run(timed(table, true, "_timestamp\nNOON\n")));
    JobError twice =
        error(project.run(timed(table, true, "id,_timestamp,_TIMESTAMP\n1,NOON,NOON\n")));

    assertThat(error.code()).isEqualTo("csvImport.columnsNotMatch");
    assertThat(error.message()).contains("no column _timestamp", "or leave the parameter out");
    assertThat(error.contextParams()).containsEntry("missingColumns", List.of("_timestamp"));
    assertThat(order.code()).isEqualTo("csvImport.columnsNotMatch");
    assertThat(nothingElse.code()).isEqualTo("storage.tables.validation.noColumns");
    assertThat(twice.code()).isEqualTo("storage.tables.validation.invalidColumnName");
    assertThat(rows(table)).hasSize(1);
  }

  @Test
  void withoutTheRuleTheColumnIsReserved() {
    long table = project.newTable("id\n1\n");

    JobError error =
        error(project.run(project.load(table, false, true, "id,_timestamp\n1,2020-01-02\n")));

    assertThat(error.code()).isEqualTo("storage.tables.validation.invalidColumnName");
  }

  @Test
  void dryRunTellsWhatTheLoadThenDoes() throws SQLException {
    long table = project.newTable("id,name\n", "id");
    succeed(timed(table, false, "id,name,_timestamp\n1,a,NOON\n2,b,NOON\n"));
    List<String> before = rows(table);
    LoadTable load = timed(table, true, "id,name,_timestamp\n1,a,2031-01-01\n2,B,\n3,c,\n");

    DryRunReport told = dryRun(load);
    DryRunReport refused = dryRun(timed(table, true, "id,name,_timestamp\n1,a,soon\n"));

    assertThat(rows(table)).isEqualTo(before);
    assertThat(told.refusal()).isNull();
    assertThat(told.columns()).containsExactly("id", "name");
    assertThat(List.of(told.rowsInserted(), told.rowsUpdated(), told.rowsUnchanged()))
        .containsExactly(1L, 1L, 1L);
    assertThat(problems(Objects.requireNonNull(refused.refusal()))).containsExactly("2 soon");
    var done = Objects.requireNonNull(succeed(load).load());
    assertThat(List.of(done.rowsInserted(), done.rowsUpdated())).containsExactly(1L, 1L);
  }

  @Test
  void generationWithTimesIsUndoneAndChangedLikeAnyOther() throws SQLException {
    long table = project.newTable("id\n1\n", "id");
    JobOutcome bad = succeed(timed(table, false, "id,_timestamp\n2,NOON\n3,\n"));
    succeed(new UndoImport(table, "t", bad.jobId()));
    succeed(timed(table, false, "id,_timestamp\n2,NOON\n3,\n"));
    JobOutcome plain = succeed(project.load(table, false, false, "id\n4\n"));

    succeed(new UndoImport(table, "t", plain.jobId()));

    assertThat(rows(table)).allMatch(row -> row.endsWith(shownNow(table)));
    succeed(project.load(table, false, true, "id,more\n2,x\n9,y\n"));
    assertThat(project.rows(table)).containsExactlyInAnyOrder("2|x", "3|", "9|y");
  }

  @Test
  void messageFromBeforeTheRuleMeansTheTimeOfTheLoad() {
    assertThat(Json.read("{\"partial\":true,\"insertOnly\":false}", LoadRules.class))
        .isEqualTo(new LoadRules(true, false, false));
  }

  /** {@code NOON} in the text is replaced. */
  private static LoadTable timed(long table, boolean incremental, String csv) {
    return with(project.load(table, false, incremental, csv.replace("NOON", NOON)), TIMED);
  }

  private static LoadTable with(LoadTable load, LoadRules rules) {
    return new LoadTable(
        load.tableId(),
        load.label(),
        load.create(),
        load.primaryKey(),
        load.incremental(),
        load.source(),
        load.csv(),
        rules);
  }

  private static long typed() {
    long table = WarehouseFixture.nextId();
    succeed(
        new DefineTable(
            table,
            "in.c-main.typed",
            List.of(
                new DefinedColumn("a", new ColumnType(BaseType.INTEGER, null, true, null)),
                new DefinedColumn("b", new ColumnType(BaseType.STRING, null, true, null))),
            List.of()));
    return table;
  }

  private static List<String> rows(long table) throws SQLException {
    return project.rows(
        table, new TableQuery(List.of(), List.of(), List.of(), null, null, null, true));
  }

  private static Instant lastImport(long table) throws SQLException {
    return Objects.requireNonNull(project.catalogue(table).lastImport());
  }

  private static String shownNow(long table) {
    try {
      return shown(lastImport(table));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As exports write it. */
  private static String shown(Instant time) {
    return DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSX")
        .withZone(ZoneOffset.UTC)
        .format(time);
  }

  private static DryRunReport dryRun(LoadTable load) {
    return Objects.requireNonNull(succeed(new CheckLoad(load)).dryRun());
  }

  private static JobOutcome succeed(JobTask task) {
    JobOutcome outcome = project.run(task);
    assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(Status.SUCCESS);
    return outcome;
  }

  private static JobError error(JobOutcome outcome) {
    assertThat(outcome.status()).isEqualTo(Status.ERROR);
    return Objects.requireNonNull(outcome.error());
  }

  /** Record and value of each. */
  private static List<String> problems(JobError error) {
    List<?> problems = (List<?>) error.contextParams().getOrDefault("problems", List.of());
    return problems.stream()
        .map(each -> (Map<?, ?>) each)
        .map(each -> each.get("record") + " " + value(String.valueOf(each.get("cause"))))
        .toList();
  }

  private static String value(String cause) {
    return cause.substring(1, cause.indexOf('"', 1));
  }
}
