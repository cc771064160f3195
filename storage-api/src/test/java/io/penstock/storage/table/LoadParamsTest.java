package io.penstock.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.storage.web.Params;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadParamsTest {
  private static CsvFormat load(Map<String, Object> params) {
    return CsvParams.ofLoad(new Params(params, true));
  }

  private static NewTable table(String name, Object... more) {
    Map<String, Object> params = new HashMap<>(Map.of("name", name, "dataFileId", 17));
    for (int i = 0; i < more.length; i += 2) {
      params.put((String) more[i], more[i + 1]);
    }
    return NewTable.of(new Params(params, true));
  }

  private static void assertRefused(ErrorCode code, ThrowingCallable call) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void defaultsAreThoseOfTheContract() {
    assertThat(load(Map.of()))
        .isEqualTo(new CsvFormat(",", "\"", "", List.of(), Header.FIRST_LINE, null));
  }

  @Test
  void enclosureWithAnEmptyEscapeIsNoConflict() {
    assertThat(load(Map.of("enclosure", "\"", "escapedBy", "")).enclosure()).isEqualTo("\"");
  }

  @Test
  void enclosureAndEscapeTogetherAreRefused() {
    assertRefused(ErrorCode.VALIDATION, () -> load(Map.of("enclosure", "\"", "escapedBy", "\\")));
    assertRefused(ErrorCode.INVALID_CSV, () -> load(Map.of("escapedBy", ",", "enclosure", "")));
  }

  @Test
  void escapeCharacterMeansThatThereIsNoEnclosure() {
    assertThat(load(Map.of("escapedBy", "\\")).enclosure()).isEmpty();
    assertThat(load(Map.of("escapedBy", "\\")).escapedBy()).isEqualTo("\\");
    assertThat(load(Map.of("enclosure", "")).enclosure()).isEmpty();
    assertThat(load(Map.of()).enclosure()).isEqualTo("\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\t", "\\t", "\"\\t\""})
  void tabIsWrittenInThreeWays(String delimiter) {
    assertThat(load(Map.of("delimiter", delimiter)).delimiter()).isEqualTo("\t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/t", "", ",,", "\n", "\"", "é"})
  void otherDelimitersAreInvalidCsv(String delimiter) {
    assertRefused(ErrorCode.INVALID_CSV, () -> load(Map.of("delimiter", delimiter)));
  }

  @Test
  void headerFollowsTheOrderOfPrecedence() {
    Map<String, Object> params = new HashMap<>(Map.of("columns", "id,name"));
    assertThat(load(params).header()).isEqualTo(Header.GIVEN);
    params.put("withoutHeaders", true);
    assertThat(load(params).header()).isEqualTo(Header.TABLE_ORDER);
    params.put("ignoredLinesCount", 0);
    assertThat(load(params))
        .satisfies(
            csv -> {
              assertThat(csv.header()).isEqualTo(Header.GIVEN);
              assertThat(csv.ignoredLines()).isZero();
            });
    assertThat(load(Map.of("ignoredLinesCount", "1")).header()).isEqualTo(Header.TABLE_ORDER);
  }

  @Test
  void primaryKeyComesAsTextOrList() {
    assertThat(table("users", "primaryKey", "id,name").primaryKey()).containsExactly("id", "name");
    assertThat(table("users", "primaryKey", List.of("id")).primaryKey()).containsExactly("id");
    assertThat(table("users", "primaryKey", "").primaryKey()).isEmpty();
    assertRefused(ErrorCode.TABLE_INVALID_PRIMARY_KEY, () -> table("users", "primaryKey", "id,id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "a b", "ä", "a/b"})
  void badTableNamesAreRefused(String name) {
    assertRefused(ErrorCode.TABLE_VALIDATION, () -> table(name));
  }

  @Test
  void numericTableNamesAreLegal() {
    assertThat(table("2030").displayName()).isEqualTo("2030");
    assertRefused(ErrorCode.TABLE_VALIDATION, () -> table("a".repeat(93)));
    assertRefused(ErrorCode.TABLE_VALIDATION, () -> table("a", "displayName", "_b"));
  }

  @ParameterizedTest
  @CsvSource({"dataUrl", "snapshotId", "dataWorkspaceId", "sourceTableId"})
  void sourcesThatAreNotBuiltAreNamed(String source) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> table("users", source, "x"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_IMPLEMENTED))
        .withMessageContaining(source);
  }

  @Test
  void moreThanOneNullValueIsRefused() {
    assertRefused(
        ErrorCode.VALIDATION_FAILED, () -> table("users", "treatValuesAsNull", List.of("", "x")));
  }
}
