package io.penstock.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.model.job.JobTask.LoadRules;
import io.penstock.storage.web.Params;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

  @Test
  void exactlyOneSourceIsNamed() {
    assertThat(source("dataFileId", 17)).isEqualTo(new LoadSource.FromFile(17));
    assertThat(source("snapshotId", "5")).isEqualTo(new LoadSource.FromSnapshot(5));
    assertThat(source("dataWorkspaceId", 5, "dataTableName", "T"))
        .isEqualTo(new LoadSource.FromWorkspace(5, "T"));
    assertRefused(ErrorCode.TABLE_VALIDATION, () -> source());
    assertRefused(ErrorCode.TABLE_VALIDATION, () -> source("dataFileId", 1, "snapshotId", 2));
    assertRefused(ErrorCode.TABLE_VALIDATION, () -> source("dataWorkspaceId", 1));
    assertRefused(ErrorCode.VALIDATION, () -> source("dataFileId", "1; DROP TABLE x"));
    assertRefused(ErrorCode.VALIDATION, () -> source("snapshotId", "9223372036854775808"));
  }

  private static LoadSource source(Object... given) {
    Map<String, Object> params = new HashMap<>();
    for (int i = 0; i < given.length; i += 2) {
      params.put((String) given[i], given[i + 1]);
    }
    return LoadSource.of(new Params(params, true));
  }

  @Test
  void formsOfExportsAreReadBack() {
    assertThat(load(Map.of("format", "raw", "enclosure", "\"")))
        .isEqualTo(new CsvFormat("\t", "", "\\", List.of(), Header.FIRST_LINE, null));
    assertThat(load(Map.of("format", "escaped")))
        .isEqualTo(new CsvFormat(",", "\"", "\\", List.of(), Header.FIRST_LINE, null));
    assertRefused(ErrorCode.TABLE_INVALID_FORMAT, () -> load(Map.of("format", "json")));
    assertRefused(
        ErrorCode.INVALID_CSV, () -> load(Map.of("format", "escaped", "delimiter", "\"")));
  }

  @Test
  void rulesAreForIncrementalLoads() {
    assertThat(rules(Map.of("partial", 1, "incremental", 1))).isEqualTo(new LoadRules(true, false));
    assertThat(rules(Map.of("deduplicationStrategy", "insert", "incremental", 1)))
        .isEqualTo(new LoadRules(false, true));
    assertThat(rules(Map.of("deduplicationStrategy", "insert"))).isEqualTo(LoadRules.USUAL);
    assertThat(rules(Map.of("partial", "False"))).isEqualTo(LoadRules.USUAL);
    assertRefused(ErrorCode.VALIDATION, () -> rules(Map.of("partial", 1)));
    assertRefused(ErrorCode.VALIDATION, () -> rules(Map.of("deduplicationStrategy", "replace")));
    assertRefused(ErrorCode.NOT_IMPLEMENTED, () -> table("users", "dryRun", 1));
  }

  @Test
  void timesAreTheFilesWhereItsColumnsHaveNames() {
    String times = "useTimestampFromDataFile";
    LoadRules timed = new LoadRules(false, false, true);
    assertThat(rules(Map.of(times, true))).isEqualTo(timed);
    assertThat(rules(Map.of(times, "1", "columns", "id,_timestamp"))).isEqualTo(timed);
    assertThat(rules(Map.of(times, 1, "columns", "id,_timestamp", "ignoredLinesCount", 1)))
        .isEqualTo(timed);
    assertThat(rules(Map.of(times, 1, "incremental", 1, "partial", 1)))
        .isEqualTo(new LoadRules(true, false, true));
    assertThat(rules(Map.of(times, "0", "withoutHeaders", 1))).isEqualTo(LoadRules.USUAL);
    assertThat(table("users", times, 1).rules()).isEqualTo(timed);
    assertThat(table("users").rules()).isEqualTo(LoadRules.USUAL);
    assertRefused(ErrorCode.VALIDATION, () -> rules(Map.of(times, 1, "withoutHeaders", 1)));
    assertRefused(ErrorCode.VALIDATION, () -> rules(Map.of(times, 1, "ignoredLinesCount", 1)));
    assertRefused(ErrorCode.VALIDATION, () -> rules(Map.of(times, "perhaps")));
  }

  private static LoadRules rules(Map<String, Object> params) {
    Params given = new Params(params, true);
    return RuleParams.ofLoad(given, CsvParams.ofLoad(given));
  }

  @Test
  void tenThousandColumnsAreRefused() {
    String columns =
        IntStream.range(0, 10_000).mapToObj(i -> "c" + i).collect(Collectors.joining(","));
    assertRefused(ErrorCode.TABLE_TOO_MANY_COLUMNS, () -> load(Map.of("columns", columns)));
  }

  @Test
  void moreThanOneNullValueIsRefused() {
    assertRefused(
        ErrorCode.VALIDATION_FAILED, () -> table("users", "treatValuesAsNull", List.of("", "x")));
  }
}
