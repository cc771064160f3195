package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobMessage;
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
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.UndoImport;
import io.penstock.model.table.TableQuery;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnValues;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables with types: made by definition, loaded with values that fit, and with others. */
class TypedLoadIT extends ProjectTest {
  private static final ColumnType INTEGER = new ColumnType(BaseType.INTEGER, null, true, null);
  private static final ColumnType STRING = new ColumnType(BaseType.STRING, null, true, null);

  @Test
  void definedTableIsEmptyAndHasItsTypes() throws SQLException {
    long table = WarehouseFixture.nextId();
    var price = new ColumnType(BaseType.NUMERIC, "10,2", false, "0", "DECIMAL");
    JobMessage message =
        project.message(
            WarehouseFixture.nextId(),
            new DefineTable(
                table,
                "in.c-main.typed",
                List.of(
                    new DefinedColumn("id", INTEGER.notNull()), new DefinedColumn("price", price)),
                List.of("id")));

    JobOutcome first = project.run(message);

    assertThat(first.error()).isNull();
    CatalogueRow row = project.catalogue(table);
    assertThat(row.types()).containsExactly(INTEGER.notNull(), price);
    assertThat(row.lastImport()).isNull();
    assertThat(first.tables()).containsExactly(row.state());
    assertThat(project.rows(table)).isEmpty();
    assertThat(project.run(message)).as("a message that comes twice").isEqualTo(first);
    assertThat(project.run(message.task()).error())
        .extracting(JobError::code)
        .isEqualTo("storage.buckets.tableAlreadyExists");
    assertThat(project.catalogue(table)).isEqualTo(row);
  }

  @Test
  void defaultThatIsNoValueOfItsTypeLeavesNothing() throws SQLException {
    long table = WarehouseFixture.nextId();
    var tomorrow = new ColumnType(BaseType.DATE, null, true, "tomorrowish'; DROP");

    JobOutcome refused = define(table, List.of(), tomorrow);

    assertThat(error(refused).code()).isEqualTo("storage.tables.validation");
    assertThat(error(refused).message()).contains("Column a", "is not a DATE");
    assertThat(project.relations(table)).isEmpty();
  }

  @Test
  void untypedDefinitionTakesAnyText() throws SQLException {
    long table = WarehouseFixture.nextId();
    define(table, List.of("a"), null, null);

    succeed(project.load(table, false, true, "b,a,new\n,x,1\n", "a"));

    assertThat(project.rows(table)).containsExactly("x||1");
    assertThat(project.catalogue(table).isTyped()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(BaseType.class)
  void everyTypeIsLoadedAndReadAsText(BaseType base) throws SQLException {
    long table = typed(List.of("a"), INTEGER.notNull(), new ColumnType(base, null, true, null));
    Map<BaseType, String> texts =
        Map.of(
            BaseType.BOOLEAN, "yes>true",
            BaseType.DATE, "2030-02-28>2030-02-28",
            BaseType.FLOAT, "1e3>1000",
            BaseType.INTEGER, " -7 >-7",
            BaseType.NUMERIC, "1.5>1.500000000",
            BaseType.STRING, "ž \"\"q\"\">ž \"q\"",
            BaseType.TIMESTAMP, "2030-01-02T03:04:05.600>2030-01-02 03:04:05.6");
    String[] text = Objects.requireNonNull(texts.get(base)).split(">", 2);

    succeed(project.load(table, false, false, "a,b\n1,\"%s\"\n2,\n".formatted(text[0])));

    assertThat(project.rows(table)).containsExactly("1|" + text[1], "2|null");
  }

  @Test
  void faultyValuesAreListedExactly() throws SQLException {
    long table =
        typed(
            List.of("a"),
            INTEGER.notNull(),
            new ColumnType(BaseType.DATE, null, true, null),
            new ColumnType(BaseType.NUMERIC, "5,2", true, null),
            new ColumnType(BaseType.STRING, "5", false, null));
    succeed(project.load(table, false, false, "a,b,c,d\n1,,,x\n"));
    CatalogueRow before = project.catalogue(table);
    List<String> relations = project.relations(table);
    String csv =
        """
        a,b,c,d
        2,2030-01-01,1.25,"two
        l"
        abc,2030-01-01,1,ok
        3,2030-02-30,1,"a ""q"
        4,,1000,ok
        ,,,ok
        5,,1.005,"näme"
        6,,,toolong
        7,,,
        8,,x,sécret
        """;

    for (boolean incremental : new boolean[] {false, true}) {
      JobError error = error(project.run(project.load(table, false, incremental, csv)));

      assertThat(error.code()).isEqualTo("csvImport.invalidValue");
      assertThat(error.message())
          .contains("record 3, line 4, column 1, byte 34")
          .contains("the value is not an INTEGER (column \"a\")")
          .doesNotContain("abc");
      assertThat(problems(error))
          .containsExactly(
              "3 line 4 byte 34 a: \"abc\" is not an INTEGER",
              "4 line 5 byte 56 b: \"2030-02-30\" is not a DATE",
              "5 line 6 byte 80 c: \"1000\" is out of the range of a NUMERIC(5,2)",
              "6 line 7 byte 88 a: \"\" means NULL, which the column does not take",
              "8 line 9 byte 115 d: \"toolong\" is too long for a STRING(5)",
              "9 line 10 byte 127 d: \"\" means NULL, which the column does not take",
              "10 line 11 byte 131 c: \"x\" is not a NUMERIC(5,2)");
      assertThat(error.contextParams()).containsEntry("problemsComplete", true);
      assertThat(String.valueOf(first(error).get("snippet")))
          .isEqualTo("…9999-99-99,9.99,\"xxx\\nx\"\\n»x«xx,9999-99-99,9…");
    }
    assertThat(project.catalogue(table)).isEqualTo(before);
    assertThat(project.rows(table)).containsExactly("1|null|null|x");
    assertThat(project.relations(table)).isEqualTo(relations);
  }

  @Test
  void whatBreaksTheRulesOfCsvIsListedBesideWhatBreaksTheTypes() throws SQLException {
    long table = typed(List.of(), INTEGER, STRING);

    JobError error =
        error(project.run(project.load(table, false, false, "a,b\nx,1\n2,a\"b\ny,1,2\n3,ok\n")));

    assertThat(problems(error))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("2 line 2 byte 4 a: \"x\" is not an INTEGER"),
            second -> assertThat(second).startsWith("3 line 3 byte 11 b: an enclosure stands"),
            third -> assertThat(third).contains("the record has 3 fields, the header 2"));
    assertThat(error.code()).isEqualTo("csvImport.invalidValue");
  }

  @Test
  void aHundredFaultyRecordsAreEnough() throws SQLException {
    long table = typed(List.of(), INTEGER, STRING);
    String csv =
        IntStream.range(0, 30_000)
            .mapToObj(i -> (i % 2 == 0 ? i : "n" + i) + ",\"line\nbreak\"\n")
            .collect(Collectors.joining("", "a,b\n", ""));

    JobError error = error(project.run(project.load(table, false, false, csv)));

    assertThat(problems(error)).hasSize(100).first().asString().startsWith("3 line 4 byte 19 a");
    assertThat(problems(error).getLast()).startsWith("201 line 400 ");
    assertThat(error.contextParams()).containsEntry("problemsComplete", false);
  }

  /** What passes unasked must be a value to PostgreSQL, and what it takes is never told faulty. */
  @ParameterizedTest
  @EnumSource(BaseType.class)
  void exactlyTheValuesThatPostgresqlRefusesAreFaulty(BaseType base) throws SQLException {
    String length = base == BaseType.NUMERIC ? "6,2" : base == BaseType.STRING ? "9" : null;
    ColumnType type = new ColumnType(base, length, true, null);
    long table = typed(List.of(), type);
    SplittableRandom random = new SplittableRandom(base.name().hashCode());
    List<String> values = IntStream.range(0, 150).mapToObj(_ -> nearlyValid(random)).toList();
    List<String> refused = new ArrayList<>();
    try (Connection reader = project.asReader()) {
      for (int i = 0; i < values.size(); i++) {
        if (!ColumnValues.isValid(reader, type, values.get(i)) && refused.size() < 100) {
          refused.add(Integer.toString(i + 2));
        }
      }
    }

    JobError error = error(project.run(project.load(table, false, false, "a\n" + quoted(values))));

    assertThat(refused).isNotEmpty().hasSizeLessThan(150);
    assertThat(problems(error)).extracting(each -> each.split(" ", 2)[0]).isEqualTo(refused);
  }

  private static String nearlyValid(SplittableRandom random) {
    String[] seeds = {
      "2030-01-28",
      "2030-02-29 23:59:59",
      "0001-01-01T00:00:00.123456",
      "1999-12-31 24:00:00",
      "123456789012345678",
      "-1234.56",
      "+0.5",
      "999999999999999.999",
      "true",
      "f",
      "12:30",
      "1e5",
      "9999.994",
      "Infinity",
      "abcdefghi",
      "žžžžžžžžž"
    };
    StringBuilder text = new StringBuilder(seeds[random.nextInt(seeds.length)]);
    for (int i = random.nextInt(3); i > 0 && !text.isEmpty(); i--) {
      int at = random.nextInt(text.length());
      String letters = "0123456789-+.: Tt,e\"";
      char c = letters.charAt(random.nextInt(letters.length()));
      switch (random.nextInt(3)) {
        case 0 -> text.setCharAt(at, c);
        case 1 -> text.insert(at, c);
        default -> text.deleteCharAt(at);
      }
    }
    return text.isEmpty() ? "0" : text.toString();
  }

  private static String quoted(List<String> values) {
    return values.stream()
        .map(value -> "\"" + value.replace("\"", "\"\"") + "\"\n")
        .collect(Collectors.joining());
  }

  @Test
  void whatStandsForNullIsTheCallersToSay() throws SQLException {
    String csv = "a,b\n1,\n2,\"\"\n3,NA\n4,\"NA\"\n5,it's\n";

    assertThat(loaded(csv, "")).containsExactly("1|null", "2|null", "3|NA", "4|NA", "5|it's");
    assertThat(loaded(csv, "NA")).containsExactly("1|", "2|", "3|null", "4|null", "5|it's");
    assertThat(loaded(csv, "it's")).containsExactly("1|", "2|", "3|NA", "4|NA", "5|null");
    assertThat(loaded(csv, null)).containsExactly("1|", "2|", "3|NA", "4|NA", "5|it's");
  }

  @Test
  void withoutNullAnEmptyNumberIsNoNumber() throws SQLException {
    long table = typed(List.of(), INTEGER, STRING);

    JobError error = error(project.run(withNull(table, "a,b\n1,\n,x\n", null)));

    assertThat(problems(error)).containsExactly("3 line 3 byte 7 a: \"\" is not an INTEGER");
  }

  @Test
  void translatedFileKnowsNullAndItsPlaces() throws SQLException {
    long table = typed(List.of(), INTEGER, STRING);
    var tabs = new CsvFormat("\\t", "", "\\", List.of(), Header.FIRST_LINE, null, "");

    succeed(project.load(table, false, false, tabs, text("a\tb\n1\t\\N\n2\tx,y\n")));
    JobError error =
        error(project.run(project.load(table, false, false, tabs, text("a\tb\r\n1\tx\nno\ty\r"))));

    assertThat(project.rows(table)).containsExactly("1|null", "2|x,y");
    assertThat(problems(error)).containsExactly("3 line 3 byte 9 a: \"no\" is not an INTEGER");
  }

  @Test
  void typedKeyMergesByValueAndUnchangedRowsKeepTheirTime() throws SQLException {
    long table = typed(List.of("a"), INTEGER.notNull(), STRING);
    succeed(project.load(table, false, false, "a,b\n1,x\n2,\n3,z\n"));
    CatalogueRow before = project.catalogue(table);

    JobOutcome outcome =
        succeed(project.load(table, false, true, "a,b\n01,x\n+2,\n3,\n4,n\n04,last\n"));

    assertThat(Objects.requireNonNull(outcome.load()).rowsInserted()).isEqualTo(1);
    assertThat(Objects.requireNonNull(outcome.load()).rowsUpdated()).isEqualTo(1);
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|x", "2|null", "3|null", "4|last");
    assertThat(
            project.rows(
                table,
                new TableQuery(
                    List.of("a"),
                    List.of(),
                    List.of(),
                    project.catalogue(table).lastImport(),
                    null,
                    null,
                    false)))
        .as("changed since the second load")
        .containsExactlyInAnyOrder("3", "4");
    assertThat(project.catalogue(table).columns()).isEqualTo(before.columns());
  }

  @Test
  void rowsAreAppendedWithoutAKey() throws SQLException {
    long table = typed(List.of(), INTEGER, STRING);
    succeed(project.load(table, false, true, "b,a\nx,1\n"));
    succeed(project.load(table, false, true, "a,b\n,\n"));

    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|x", "null|null");
  }

  @Test
  void slicesAreLoadedSideBySideAndAFaultyOneIsNamed() throws SQLException {
    long table = typed(List.of("a"), INTEGER.notNull(), STRING);
    CsvFormat format = new CsvFormat(",", "\"", "", List.of("a", "b"), Header.GIVEN, null);
    List<String> slices =
        IntStream.range(0, 8)
            .mapToObj(s -> s + ",first\n" + (100 + s) + ",\n7,s" + s + "\n")
            .collect(Collectors.toCollection(ArrayList::new));

    succeed(project.loadSlices(table, false, false, true, slices, format));
    assertThat(project.catalogue(table).rows()).isEqualTo(16);
    assertThat(project.rows(table)).contains("7|s7", "103|null", "0|first");

    slices.set(5, "5,fine\n5.5,bad\n");
    JobError error =
        error(project.run(project.loadSlices(table, false, true, true, slices, format)));

    assertThat(problems(error)).containsExactly("2 line 2 byte 7 a: \"5.5\" is not an INTEGER");
    assertThat(String.valueOf(first(error).get("object"))).endsWith(".00005.gz");
    assertThat(project.catalogue(table).rows()).isEqualTo(16);
  }

  @Test
  void fileNeitherAddsColumnsToATypedTableNorLeavesAnyOut() throws SQLException {
    long table = typed(List.of(), INTEGER, STRING);

    JobError more = error(project.run(project.load(table, false, true, "a,b,c\n1,x,y\n")));
    JobError fewer = error(project.run(project.load(table, false, true, "a\n1\n")));

    assertThat(more.code()).isEqualTo("csvImport.columnsNotMatch");
    assertThat(more.contextParams()).containsEntry("unknownColumns", List.of("c"));
    assertThat(fewer.code()).isEqualTo("csvImport.columnsNotMatch");
    assertThat(fewer.contextParams()).containsEntry("missingColumns", List.of("b"));
    assertThat(project.rows(table)).isEmpty();
  }

  @Test
  void dryRunTellsWhatTheTypesWouldRefuseAndWhatTheyWouldTake() throws SQLException {
    long table = typed(List.of("a"), INTEGER.notNull(), STRING);
    succeed(project.load(table, false, false, "a,b\n1,x\n2,\n"));

    DryRunReport refused = dryRun(project.load(table, false, true, "a,b\n1,x\nno,y\n"));
    DryRunReport fine = dryRun(project.load(table, false, true, "a,b\n01,x\n2,y\n3,\n"));

    assertThat(problems(Objects.requireNonNull(refused.refusal())))
        .containsExactly("3 line 3 byte 8 a: \"no\" is not an INTEGER");
    assertThat(fine.refusal()).isNull();
    assertThat(fine.rowsInserted()).isEqualTo(1);
    assertThat(fine.rowsUpdated()).isEqualTo(1);
    assertThat(fine.rowsUnchanged()).isEqualTo(1);
    assertThat(project.rows(table)).containsExactly("1|x", "2|null");
  }

  @Test
  void undoBringsTypedRowsBack() throws SQLException {
    long table = typed(List.of("a"), INTEGER.notNull(), STRING);
    succeed(project.load(table, false, false, "a,b\n1,\n"));
    JobOutcome bad = succeed(project.load(table, false, false, "a,b\n2,x\n"));

    succeed(new UndoImport(table, "t", bad.jobId()));

    assertThat(project.rows(table)).containsExactly("1|null");
    assertThat(project.catalogue(table).types()).containsExactly(INTEGER.notNull(), STRING);
    succeed(project.load(table, false, true, "a,b\n1,y\n"));
    assertThat(project.rows(table)).containsExactly("1|y");
  }

  private static DryRunReport dryRun(LoadTable load) {
    return Objects.requireNonNull(succeed(new CheckLoad(load)).dryRun());
  }

  private List<String> loaded(String csv, @Nullable String nullValue) throws SQLException {
    long table = typed(List.of(), INTEGER, STRING);
    succeed(withNull(table, csv, nullValue));
    return project.rows(table);
  }

  private static LoadTable withNull(long table, String csv, @Nullable String nullValue) {
    var format = new CsvFormat(",", "\"", "", List.of(), Header.FIRST_LINE, null, nullValue);
    return project.load(table, false, false, format, text(csv));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A table with the columns a, b, … */
  private static long typed(List<String> key, ColumnType... types) {
    long table = WarehouseFixture.nextId();
    assertThat(define(table, key, types).error()).isNull();
    return table;
  }

  private static JobOutcome define(long table, List<String> key, @Nullable ColumnType... types) {
    List<DefinedColumn> columns = new ArrayList<>();
    for (ColumnType type : types) {
      columns.add(new DefinedColumn(Character.toString('a' + columns.size()), type));
    }
    return project.run(new DefineTable(table, "in.c-main.typed", columns, key));
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

  private static Map<?, ?> first(JobError error) {
    return (Map<?, ?>)
        ((List<?>) Objects.requireNonNull(error.contextParams().get("problems"))).getFirst();
  }

  private static List<String> problems(JobError error) {
    List<?> problems = (List<?>) error.contextParams().getOrDefault("problems", List.of());
    return problems.stream()
        .map(each -> (Map<?, ?>) each)
        .map(
            each ->
                "%s line %s byte %s %s: %s"
                    .formatted(
                        each.get("record"),
                        each.get("line"),
                        each.get("byte"),
                        each.get("columnName"),
                        each.get("cause")))
        .toList();
  }
}
