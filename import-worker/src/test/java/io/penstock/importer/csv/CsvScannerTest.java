package io.penstock.importer.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.importer.csv.CsvProblem.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CsvScannerTest {

  static Stream<Arguments> goodFiles() {
    return Stream.of(
        Arguments.of("", 0L),
        Arguments.of("a", 1L),
        Arguments.of("a\n", 1L),
        Arguments.of("\n", 1L),
        Arguments.of("a\n\n", 2L),
        Arguments.of("a,b\nc,d", 2L),
        Arguments.of("a,b\r\nc,d\r\n", 2L),
        Arguments.of("a,b\rc,d\r", 2L),
        Arguments.of("a,b\rc,d", 2L),
        Arguments.of(",\n,\n", 2L),
        Arguments.of("a,", 1L),
        Arguments.of("\"\",\"\"\n", 1L),
        Arguments.of("\"a\"\"b\",\"\"\"\"\n\"x\",y\n", 2L),
        Arguments.of("\"line\nbreak\r\nand\rmore\",b\nc,d\n", 2L),
        Arguments.of("\"a\"", 1L),
        Arguments.of("\"a\"\r\n\"b\"\r\n", 2L),
        Arguments.of("žluťoučký,kůň\n日本語,🚚\n", 2L),
        Arguments.of("\"žluť\"\"oučký\",\"🚚\"\n", 1L),
        Arguments.of("\\.\n\\N\n", 2L),
        Arguments.of("\u0001\t,\u007f\n", 1L));
  }

  @ParameterizedTest
  @MethodSource("goodFiles")
  void recordsAreCountedWhereverTheBlocksAreCut(String text, long records) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second++) {
        assertThat(scan(bytes, first, second).records())
            .as("cut at %d and %d", first, second)
            .isEqualTo(records);
      }
    }
  }

  static Stream<Arguments> badFiles() {
    return Stream.of(
        Arguments.of(bytes("a,b\nc,d\"e\n"), Kind.QUOTE_IN_UNQUOTED_FIELD, 2L, 2L, 7L),
        Arguments.of(bytes("\"a\"b\n"), Kind.TEXT_AFTER_QUOTE, 1L, 1L, 3L),
        Arguments.of(bytes("a\n\"b\" \n"), Kind.TEXT_AFTER_QUOTE, 2L, 2L, 5L),
        Arguments.of(bytes("a\n\"b\nc\n"), Kind.UNTERMINATED_QUOTE, 2L, 2L, 7L),
        Arguments.of(bytes("a\nb\r\n"), Kind.MIXED_LINE_ENDS, 3L, 3L, 4L),
        Arguments.of(bytes("a\r\nb\n"), Kind.MIXED_LINE_ENDS, 2L, 2L, 4L),
        Arguments.of(bytes("a\rb\n"), Kind.MIXED_LINE_ENDS, 2L, 2L, 3L),
        Arguments.of(bytes("a\nb\r"), Kind.MIXED_LINE_ENDS, 3L, 3L, 4L),
        Arguments.of(bytes("a,\"b\nb\",c\nd,e\0\n"), Kind.NUL, 2L, 3L, 13L),
        Arguments.of(bytes("\"\0\""), Kind.NUL, 1L, 1L, 1L),
        Arguments.of(latin("a\né\n"), Kind.NOT_UTF8, 2L, 2L, 2L),
        Arguments.of(latin("\"é\"\n"), Kind.NOT_UTF8, 1L, 1L, 1L),
        Arguments.of(latin("\u00c0\u0080"), Kind.NOT_UTF8, 1L, 1L, 0L),
        Arguments.of(latin("\u00ed\u00a0\u0080"), Kind.NOT_UTF8, 1L, 1L, 0L),
        Arguments.of(latin("\u00f4\u0090\u0080\u0080"), Kind.NOT_UTF8, 1L, 1L, 0L),
        Arguments.of(latin("x\u00e2\u0082"), Kind.NOT_UTF8, 1L, 1L, 1L));
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void faultNamesItsPlaceWhereverTheBlocksAreCut(
      byte[] file, Kind kind, long record, long line, long offset) {
    for (int first = 0; first <= file.length; first++) {
      for (int second = first; second <= file.length; second++) {
        int one = first;
        int two = second;
        assertThatExceptionOfType(CsvFault.class)
            .as("cut at %d and %d", first, second)
            .isThrownBy(() -> scan(file, one, two))
            .satisfies(
                fault -> {
                  assertThat(fault.kind()).isEqualTo(kind);
                  assertThat(fault.context())
                      .containsAllEntriesOf(Map.of("record", record, "line", line, "byte", offset));
                });
      }
    }
  }

  @Test
  void recordWithAnotherNumberOfFieldsIsAFault() {
    CsvScanner scanner = new CsvScanner(CsvDialect.RFC4180, 1000);
    scanner.expectFields(2);
    byte[] file = bytes("a,b\n\"x\ny\",\"z\"\nonly one\n");

    assertThatExceptionOfType(CsvFault.class)
        .isThrownBy(() -> scanner.scan(file, 0, file.length, RecordScanner.WHOLE_FILE))
        .withMessageContaining("record 3, line 4")
        .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Kind.WRONG_FIELD_COUNT));
  }

  @Test
  void whatStoodThereIsMasked() {
    assertThatExceptionOfType(CsvFault.class)
        .isThrownBy(() -> scan(bytes("id,name\n17,Jane \"Doe\"\n"), 12, 12))
        .withMessageContaining("99,xxxx »\"«xxx\"")
        .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("Jane"));
  }

  @Test
  void openQuoteIsFoundAtTheLimitAndNotAtTheEndOfTheFile() {
    CsvScanner scanner = new CsvScanner(CsvDialect.RFC4180, 100);
    byte[] block = bytes("x,\"" + "y\n".repeat(100));

    assertThatExceptionOfType(CsvFault.class)
        .isThrownBy(() -> scanner.scan(block, 0, block.length, RecordScanner.WHOLE_FILE))
        .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Kind.RECORD_TOO_LONG))
        .withMessageContaining("record 1, line 1");
  }

  @ParameterizedTest
  @CsvSource({"a;b,1", "a,1"})
  void stopsBehindTheLineEndOfARecord(String header, long records) {
    for (String lineEnd : new String[] {"\n", "\r\n", "\r"}) {
      byte[] file = bytes(header + lineEnd + "data" + lineEnd);
      CsvScanner scanner =
          new CsvScanner(new CsvDialect((byte) ';', (byte) '"', CsvDialect.NONE), 1000);

      int end = scanner.scan(file, 0, file.length, 1);

      assertThat(end).isEqualTo(header.length() + lineEnd.length());
      assertThat(scanner.records()).isEqualTo(records);
    }
  }

  private static CsvScanner scan(byte[] file, int first, int second) {
    CsvScanner scanner = new CsvScanner(CsvDialect.RFC4180, 1000);
    scanner.scan(file, 0, first, RecordScanner.WHOLE_FILE);
    scanner.scan(file, first, second, RecordScanner.WHOLE_FILE);
    scanner.scan(file, second, file.length, RecordScanner.WHOLE_FILE);
    scanner.finish();
    return scanner;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
