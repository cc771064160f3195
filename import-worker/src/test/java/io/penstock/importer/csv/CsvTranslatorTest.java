package io.penstock.importer.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.importer.csv.CsvProblem.Kind;
import io.penstock.importer.csv.RecordScanner.Passed;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTranslatorTest {
  private static final CsvDialect NO_ENCLOSURE =
      new CsvDialect((byte) ',', CsvDialect.NONE, CsvDialect.NONE);
  private static final CsvDialect ESCAPED = new CsvDialect((byte) ',', (byte) '"', (byte) '\\');
  private static final CsvDialect BACKSLASH =
      new CsvDialect((byte) ',', CsvDialect.NONE, (byte) '\\');

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a,b{LF}c,d{CR}{LF}e,f{CR}g,h |"
            + " \"a\",\"b\"{LF}\"c\",\"d\"{LF}\"e\",\"f\"{LF}\"g\",\"h\"{LF}",
        "{CR}{LF}{LF}{CR} | \"\"{LF}\"\"{LF}\"\"{LF}",
        ",{CR} | \"\",\"\"{LF}",
        "\"a\"\"{CR}{LF}\"{LF}b{CR}{LF} | \"a\"\"{CR}{LF}\"{LF}\"b\"{LF}",
        "\"\"{CR}é{LF} | \"\"{LF}\"é\"{LF}",
        "a, | \"a\",\"\"{LF}",
      })
  void mixedLineEndsBecomeLfAndValuesStayAsTheyAre(String file, String translated) {
    assertThat(translated(CsvDialect.RFC4180, text(file))).isEqualTo(text(translated));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a\"b,\"c\"{LF} | \"a\"\"b\",\"\"\"c\"\"\"{LF}",
        "\"{LF},x | \"\"\"\"{LF}\"\",\"x\"{LF}",
        "a\\b{CR}{LF} | \"a\\b\"{LF}",
      })
  void quotesMeanNothingWithoutAnEnclosure(String file, String translated) {
    assertThat(translated(NO_ENCLOSURE, text(file))).isEqualTo(text(translated));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a\\nb,\\t,\\r{LF} | \"a{LF}b\",\"{TAB}\",\"{CR}\"{LF}",
        "a\\,b,\\\\{LF} | \"a,b\",\"\\\"{LF}",
        "\\\"x\"{LF} | \"\"\"x\"\"\"{LF}",
        "line\\{LF}break{LF} | \"line{LF}break\"{LF}",
        "\\N,\\N{LF}\\N | \"\",\"\"{LF}\"\"{LF}",
        "\\Nx,x\\N,\\N\\N{LF} | \"Nx\",\"xN\",\"NN\"{LF}",
        "\\Né{LF} | \"Né\"{LF}",
        "\\é{LF} | \"é\"{LF}",
      })
  void escapedCharactersMeanThemselvesOrWhatTheyStandFor(String file, String translated) {
    assertThat(translated(BACKSLASH, text(file))).isEqualTo(text(translated));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"a\\\"b\",\"\\\\\"{LF} | \"a\"\"b\",\"\\\"{LF}",
        "\"a\\,b\",\"x,y\"{CR}{LF} | \"a,b\",\"x,y\"{LF}",
        "\"a\\n\",\"\\t\\r\"{LF} | \"a{LF}\",\"{TAB}{CR}\"{LF}",
        "\"a{LF}b\",\"\"\"\"{LF} | \"a{LF}b\",\"\"\"\"{LF}",
        "\"\\N\",\\N{LF} | \"N\",\"\"{LF}",
        "\"\\é\",\\é{LF} | \"é\",\"é\"{LF}",
        "\"a\\{LF}b\",c\\,d{LF} | \"a{LF}b\",\"c,d\"{LF}",
        "\"\",{LF} | \"\",\"\"{LF}",
      })
  void enclosureMayBeEscapedAsWellAsDoubled(String file, String translated) {
    assertThat(translated(ESCAPED, text(file))).isEqualTo(text(translated));
  }

  @Test
  void enclosureThatIsEscapedAtTheEndOfTheFileIsNotClosed() {
    for (String file : List.of("a,\"b\\\"", "a,\"b\\")) {
      assertThatExceptionOfType(CsvFault.class)
          .isThrownBy(() -> translated(ESCAPED, file))
          .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Kind.UNTERMINATED_QUOTE));
    }
  }

  @Test
  void tabulatorsCutRawFiles() {
    CsvDialect raw = CsvDialect.of("\\t", "", "\\");

    assertThat(translated(raw, "a\\tb\t\"c,\\\\\t\\n\n"))
        .isEqualTo("\"a\tb\",\"\"\"c,\\\",\"\n\"\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {", | , | \\", ", | \" | ,", ", | \" | \""})
  void charactersThatCutMustDiffer(String delimiter, String enclosure, String escapedBy) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> CsvDialect.of(delimiter, enclosure, escapedBy))
        .satisfies(fault -> assertThat(fault.code()).isEqualTo(ErrorCode.INVALID_CSV));
  }

  @Test
  void fileThatEndsWithAnEscapeCharacterIsAFault() {
    assertThatExceptionOfType(CsvFault.class)
        .isThrownBy(() -> translated(BACKSLASH, "a,b\\"))
        .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Kind.ESCAPE_AT_END));
  }

  /** Whatever the scanner takes, the translator takes as the same records; the rest both refuse. */
  @Test
  void translatorAndScannerAgreeOnFilesWithOneKindOfLineEnd() {
    Random random = new Random(4180);
    String[] parts = {
      "a", "\"", "\"\"", ",", "\n", "\n", "é", "\u0000", "ab", "\"x\"", ",\"", "\",", "\"\n"
    };
    int accepted = 0;
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      byte[] file = text.toString().getBytes(StandardCharsets.UTF_8);
      int cut = random.nextInt(file.length + 1);
      Result scanned = walk(new CsvScanner(CsvDialect.RFC4180, 1000), file, cut);
      Result translated = walk(new CsvTranslator(CsvDialect.RFC4180, 1000), file, cut);
      assertThat(translated.kind() == null).as("%s", text).isEqualTo(scanned.kind() == null);
      assertThat(translated.records()).as("%s", text).isEqualTo(scanned.records());
      accepted += scanned.kind() == null ? 1 : 0;
      if (scanned.kind() == null) {
        Result again = walk(new CsvScanner(CsvDialect.RFC4180, 1000), translated.passed(), 0);
        assertThat(again.records()).isEqualTo(scanned.records());
      }
    }
    assertThat(accepted).isGreaterThan(2000);
  }

  @Test
  void oneWalkFindsEveryFaultyRecordOnce() {
    List<CsvProblem> problems =
        problems(
            2,
            "id,name\n1,x\n2,y,z\n3\n4,\"a\"b\n5,a\"\"b\n\n6,a\0\0b\n7,fine\n8,"
                .getBytes(StandardCharsets.ISO_8859_1),
            new byte[] {(byte) 0xe9},
            "t\n9,fine\n10,\"open\n11,x\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(problems)
        .extracting(CsvProblem::kind, CsvProblem::record, CsvProblem::line)
        .containsExactly(
            row(Kind.WRONG_FIELD_COUNT, 3, 3),
            row(Kind.WRONG_FIELD_COUNT, 4, 4),
            row(Kind.TEXT_AFTER_QUOTE, 5, 5),
            row(Kind.QUOTE_IN_UNQUOTED_FIELD, 6, 6),
            row(Kind.WRONG_FIELD_COUNT, 7, 7),
            row(Kind.NUL, 8, 8),
            row(Kind.NOT_UTF8, 10, 10),
            row(Kind.UNTERMINATED_QUOTE, 12, 12));
    assertThat(problems)
        .extracting(CsvProblem::cause)
        .satisfiesExactly(
            cause -> assertThat(cause).contains("3 fields", "the header 2"),
            cause -> assertThat(cause).contains("1 field,", "the header 2"),
            cause -> assertThat(cause).contains("doubled"),
            cause -> assertThat(cause).contains("enclose the whole field"),
            cause -> assertThat(cause).contains("the line is empty"),
            cause -> assertThat(cause).contains("NUL"),
            cause -> assertThat(cause).contains("Latin-1 byte 0xE9", "\"é\""),
            cause -> assertThat(cause).contains("opened on line 12 is never closed"));
    assertThat(problems).noneMatch(problem -> problem.snippet().contains("fine"));
  }

  @Test
  void recordThatIsTooLongEndsTheWalkAndNamesTheOpenQuote() {
    List<CsvProblem> problems = new ArrayList<>();
    CsvTranslator walk = new CsvTranslator(CsvDialect.RFC4180, 50, problems::add);
    byte[] file = ("a,b\nc,\"" + "x\n".repeat(60)).getBytes(StandardCharsets.UTF_8);

    assertThatExceptionOfType(CsvFault.class)
        .isThrownBy(() -> walk.scan(file, 0, file.length, RecordScanner.WHOLE_FILE));
    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.kind()).isEqualTo(Kind.RECORD_TOO_LONG);
              assertThat(problem.cause()).contains("50 bytes", "opened on line 2");
              assertThat(problem.line()).isEqualTo(2);
            });
  }

  private static org.assertj.core.groups.Tuple row(Kind kind, long record, long line) {
    return org.assertj.core.groups.Tuple.tuple(kind, record, line);
  }

  private static List<CsvProblem> problems(int columns, byte[]... parts) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      file.writeBytes(part);
    }
    List<CsvProblem> problems = new ArrayList<>();
    CsvTranslator walk = new CsvTranslator(CsvDialect.RFC4180, 1000, problems::add);
    walk.inHeader(true);
    int end = walk.scan(file.toByteArray(), 0, file.size(), 1);
    walk.inHeader(false);
    walk.expectFields(columns);
    walk.scan(file.toByteArray(), end, file.size(), RecordScanner.WHOLE_FILE);
    walk.finish();
    return problems;
  }

  /** The same wherever the blocks are cut. */
  private static String translated(CsvDialect dialect, String text) {
    byte[] file = text.getBytes(StandardCharsets.UTF_8);
    String first = null;
    for (int cut = 0; cut <= file.length; cut++) {
      CsvTranslator walk = new CsvTranslator(dialect, 1000);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      walk.scan(file, 0, cut, RecordScanner.WHOLE_FILE);
      append(out, walk);
      walk.scan(file, cut, file.length, RecordScanner.WHOLE_FILE);
      append(out, walk);
      walk.finish();
      append(out, walk);
      String result = out.toString(StandardCharsets.UTF_8);
      assertThat(result).isEqualTo(first == null ? result : first);
      first = result;
    }
    return first == null ? "" : first;
  }

  private static Result walk(RecordScanner walk, byte[] file, int cut) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      walk.scan(file, 0, cut, RecordScanner.WHOLE_FILE);
      append(out, walk);
      walk.scan(file, cut, file.length, RecordScanner.WHOLE_FILE);
      append(out, walk);
      walk.finish();
      append(out, walk);
      return new Result(null, walk.records(), out.toByteArray());
    } catch (CsvFault e) {
      return new Result(e.kind(), 0, new byte[0]);
    }
  }

  private static void append(ByteArrayOutputStream out, RecordScanner walk) {
    Passed passed = walk.passed();
    out.write(passed.array(), passed.offset(), passed.length());
  }

  private static String text(String shown) {
    return shown.replace("{LF}", "\n").replace("{CR}", "\r").replace("{TAB}", "\t");
  }

  private record Result(
      @org.jspecify.annotations.Nullable Kind kind, long records, byte[] passed) {}
}
