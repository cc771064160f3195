package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.Gzip;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that people really send: refused with a reason, or kept exactly. */
class BadFileIT extends ProjectTest {
  private static final CsvFormat RFC =
      new CsvFormat(",", "\"", "", List.of(), Header.FIRST_LINE, null);

  static Stream<Arguments> badFiles() {
    return Stream.of(
        bad(
            "not gzip though named so",
            gz("id,name\n1,a\n".getBytes(StandardCharsets.UTF_8)),
            "invalidCsv",
            "not gzip"),
        bad(
            "truncated gzip",
            gz(cut(Gzip.pack(text("id,name\n" + "1,a\n".repeat(50_000))))),
            "invalidCsv",
            "breaks off"),
        bad("zero bytes in gzip", gz(new byte[0]), "invalidCsv", "damaged gzip", "empty"),
        bad("zero bytes", plain(new byte[0]), "csvImport.columnsNotMatch", "id,name"),
        bad(
            "duplicate header",
            plain(text("id,id\n1,2\n")),
            "storage.tables.validation.invalidColumnName",
            "id"),
        bad(
            "empty header column",
            plain(text("id,\n1,2\n")),
            "storage.tables.validation.invalidColumnName",
            "Column 2 has no name"),
        bad("missing header column", plain(text("id\n1\n")), "csvImport.columnsNotMatch", "name"),
        bad(
            "too many fields",
            plain(text("id,name\n1,a\n2,b,c\n")),
            "invalidCsv",
            "record 3, line 3",
            "the record has 3 fields, the header 2"),
        bad(
            "too few fields",
            plain(text("id,name\n1\n")),
            "invalidCsv",
            "record 2, line 2",
            "the record has 1 field, the header 2"),
        bad(
            "unclosed quote",
            plain(text("id,name\n1,a\n2,\"b\n3,c\n")),
            "invalidCsv",
            "record 3, line 3",
            "column 2",
            "opened on line 3 is never closed",
            "column \"name\""),
        bad(
            "stray quote",
            plain(text("id,name\n1,a\"b\n")),
            "invalidCsv",
            "record 2, line 2, column 2, byte 11",
            "x»\"«x"),
        bad(
            "text behind a quote",
            plain(text("id,name\n1,\"a\"b\n")),
            "invalidCsv",
            "has to be doubled"),
        bad("NUL", plain(text("id,name\n1,a\0\n")), "invalidCsv", "NUL", "line 2"),
        bad(
            "Latin-1 in a value",
            plain("id,name\n1,caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1)),
            "invalidCsv",
            "Latin-1 byte 0xE9",
            "in a value",
            "column 2"),
        bad(
            "Latin-1 in a column name",
            plain("id,nom\u00e9\n1,a\n".getBytes(StandardCharsets.ISO_8859_1)),
            "invalidCsv",
            "record 1, line 1",
            "Latin-1 byte 0xE9",
            "column name"),
        bad(
            "UTF-16",
            plain("\ufeffid,name\n1,a\n".getBytes(StandardCharsets.UTF_16LE)),
            "invalidCsv",
            "UTF-16"),
        bad(
            "a line that never ends",
            plain(text("id,name\n1," + "a".repeat(3 << 20))),
            "invalidCsv",
            "longer than the limit of 1048576 bytes"),
        bad(
            "a quote that swallows the file",
            plain(text("id,name\n1,\"" + "a\n".repeat(1 << 20))),
            "invalidCsv",
            "opened on line 2"),
        bad(
            "too many columns",
            plain(text(names(2_000) + "\n")),
            "storage.tables.validation.tooManyColumns",
            "2000"),
        bad(
            "a header without an end",
            plain(text("a".repeat(100_000))),
            "invalidCsv",
            "first line is longer"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badFiles")
  void faultyFileEndsTheJobWithAReasonAndLeavesTheOldRows(
      String ignored, Upload upload, String code, String[] words) throws SQLException {
    long table = project.newTable("id,name\nold,row\n", "id");
    var before = project.catalogue(table);

    for (boolean incremental : new boolean[] {false, true}) {
      JobOutcome outcome = project.run(upload.load(table, incremental, RFC));

      assertThat(outcome.status()).isEqualTo(Status.ERROR);
      var error = Objects.requireNonNull(outcome.error());
      assertThat(error.code()).isEqualTo(code);
      assertThat(error.message()).contains(words);
      assertThat(error.exceptionId()).isNotEmpty();
    }
    assertThat(project.rows(table)).containsExactly("old|row");
    assertThat(project.catalogue(table)).isEqualTo(before);
    assertThat(project.relations(table)).hasSize(1);
  }

  static Stream<Arguments> oddFiles() {
    String large = "v".repeat(1_000_000);
    return Stream.of(
        odd("byte order mark", text("\ufeffid,name\n1,a\n"), "1|a"),
        odd("CRLF", text("id,name\r\n1,a\r\n"), "1|a"),
        odd("CR", text("id,name\r1,a\r2,b"), "1|a", "2|b"),
        odd(
            "mixed line ends",
            text("id,name\r\n1,\"a\r\nb\"\n2,\"c\nd\"\r3,e"),
            "1|a\r\nb",
            "2|c\nd",
            "3|e"),
        odd("no final newline", text("id,name\n1,a"), "1|a"),
        odd(
            "line breaks and quotes inside quotes",
            text("id,name\n1,\"\"\"a\"\"\n,\r\n\"\"\"\n"),
            "1|\"a\"\n,\r\n\""),
        odd("empty key values", text("id,name\n,a\n\"\",b\n1,c\n"), "|b", "1|c"),
        odd("a value of 1 MB", text("id,name\n1," + large + "\n"), "1|" + large),
        odd(
            "what looks like NULL and like an end",
            text("id,name\n\\N,\\.\nNULL,null\n"),
            "\\N|\\.",
            "NULL|null"),
        odd("header only", text("id,name\n")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("oddFiles")
  void oddFileIsKeptExactly(String ignored, byte[] file, List<String> rows) throws SQLException {
    for (Upload upload : List.of(new Upload(file, false), new Upload(Gzip.pack(file), true))) {
      long table = project.newTable("id,name\n", "id");

      JobOutcome full = project.run(upload.load(table, false, RFC));
      List<String> afterFull = project.rows(table);
      JobOutcome again = project.run(upload.load(table, true, RFC));

      assertThat(full.status()).as("%s", full.error()).isEqualTo(Status.SUCCESS);
      assertThat(afterFull).containsExactlyInAnyOrderElementsOf(rows);
      assertThat(again.status()).as("%s", again.error()).isEqualTo(Status.SUCCESS);
      assertThat(project.rows(table)).containsExactlyInAnyOrderElementsOf(rows);
    }
  }

  @Test
  void dialectsThatCopyCannotReadAreTranslated() throws SQLException {
    var escaped = new CsvFormat(",", "", "\\", List.of(), Header.FIRST_LINE, null);
    var bare = new CsvFormat("\\t", "", "", List.of("id", "name"), Header.GIVEN, null);
    long table = project.newTable("id,name\n", "id");

    project.run(
        new Upload(text("id,name\n1,a\\,b\\nc\n2,\\N\n"), false).load(table, true, escaped));
    project.run(new Upload(text("3\t\"quo\"te\r\n4\t\n"), false).load(table, true, bare));

    assertThat(project.rows(table))
        .containsExactlyInAnyOrder("1|a,b\nc", "2|", "3|\"quo\"te", "4|");
  }

  @Test
  void upToAHundredFaultyRecordsAreListed() {
    StringBuilder csv = new StringBuilder("id,secret name\n");
    for (int i = 0; i < 500; i++) {
      csv.append(i).append(i % 2 == 0 ? ",Jane\n" : ",Jane,Doe\n");
    }
    long table = WarehouseFixture.nextId();

    JobOutcome outcome = project.run(project.load(table, true, false, csv.toString()));

    var error = Objects.requireNonNull(outcome.error());
    assertThat((List<?>) error.contextParams().get("problems"))
        .hasSize(100)
        .allSatisfy(
            problem ->
                assertThat(((Map<?, ?>) problem).keySet().stream().map(Object::toString))
                    .contains("record", "line", "byte", "column", "cause", "snippet"));
    assertThat(error.contextParams()).containsEntry("problemsComplete", false);
    assertThat(error.contextParams().toString() + error.message()).doesNotContain("Jane", "Doe");
  }

  @Test
  void faultIsFoundBehindMegabytesOfGoodRecords() {
    String good =
        IntStream.range(0, 60_000)
            .mapToObj(i -> i + ",\"line\nbreak\"\n")
            .collect(Collectors.joining());
    long table = WarehouseFixture.nextId();

    JobOutcome outcome = project.run(project.load(table, true, false, "id,name\n" + good + "x\n"));

    assertThat(Objects.requireNonNull(outcome.error()).message())
        .contains("record 60002, line 120002, column 1");
  }

  /** Bytes of a file and whether its name ends in {@code .gz}. */
  record Upload(byte[] bytes, boolean gzip) {
    LoadTable load(long table, boolean incremental, CsvFormat format) {
      LoadTable load = project.load(table, false, incremental, format, bytes);
      FileSource source = load.file();
      return new LoadTable(
          load.tableId(),
          load.label(),
          false,
          List.of(),
          incremental,
          new FileSource(
              source.fileId(), "data.csv.gz", source.bucket(), source.key(), false, gzip),
          format);
    }
  }

  private static Arguments bad(String name, Upload upload, String code, String... words) {
    return Arguments.of(name, upload, code, words);
  }

  private static Arguments odd(String name, byte[] file, String... rows) {
    return Arguments.of(name, file, List.of(rows));
  }

  private static Upload gz(byte[] bytes) {
    return new Upload(bytes, true);
  }

  private static Upload plain(byte[] bytes) {
    return new Upload(bytes, false);
  }

  private static byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String names(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }
}
