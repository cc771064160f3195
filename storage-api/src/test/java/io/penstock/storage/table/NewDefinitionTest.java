package io.penstock.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.storage.web.Params;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NewDefinitionTest {
  private static final ColumnType ID = new ColumnType(BaseType.INTEGER, null, false, null);

  private static NewDefinition definition(List<String> key, List<Map<String, Object>> columns) {
    return NewDefinition.of(
        new Params(Map.of("name", "t", "primaryKeysNames", key, "columns", columns), true));
  }

  private static Map<String, Object> column(String name, Object... more) {
    Map<String, Object> column = new HashMap<>(Map.of("name", name));
    for (int i = 0; i < more.length; i += 2) {
      column.put((String) more[i], more[i + 1]);
    }
    return column;
  }

  @Test
  void typesAreReadAndGivenBackAsTheyCame() {
    NewDefinition read =
        definition(
            List.of("id"),
            List.of(
                column("id", "basetype", "INTEGER"),
                column(
                    "price",
                    "definition",
                    Map.of("type", "Number", "length", "10,2", "nullable", "false", "default", 0)),
                column("note", "definition", Map.of("type", "VARCHAR", "length", 255)),
                column("any")));

    assertThat(read.columns())
        .containsExactly(
            new DefinedColumn("id", ID),
            new DefinedColumn(
                "price", new ColumnType(BaseType.NUMERIC, "10,2", false, "0", "Number")),
            new DefinedColumn(
                "note", new ColumnType(BaseType.STRING, "255", true, null, "VARCHAR")),
            new DefinedColumn("any", new ColumnType(BaseType.STRING, null, true, null)));
  }

  @Test
  void columnsWithoutAnyTypeMakeAnUntypedTable() {
    assertThat(definition(List.of("b"), List.of(column("a"), column("b", "definition", Map.of()))))
        .isEqualTo(
            new NewDefinition(
                "t",
                List.of(new DefinedColumn("a", null), new DefinedColumn("b", null)),
                List.of("b")));
  }

  @Test
  void namesThatDifferInCaseOnlyAreRefused() {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> definition(List.of(), List.of(column("id"), column("ID"))))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_INVALID_COLUMN_NAME));
  }

  @Test
  void namesAreCleanedInTheKeyAsWell() {
    NewDefinition read =
        definition(List.of("_č-d"), List.of(column("_č-d", "basetype", "integer")));

    assertThat(read.columns()).containsExactly(new DefinedColumn("c_d", ID));
    assertThat(read.primaryKey()).containsExactly("c_d");
  }

  @Test
  void emptyDefaultIsOneForTextsOnly() {
    List<DefinedColumn> columns =
        definition(
                List.of(),
                List.of(
                    column("a", "definition", Map.of("type", "INT", "default", "")),
                    column("b", "definition", Map.of("type", "TEXT", "default", ""))))
            .columns();

    assertThat(columns)
        .extracting(column -> column.type() == null ? "" : column.type().defaultValue())
        .containsExactly(null, "");
  }

  static Stream<Arguments> refused() {
    String validation = "TABLE_VALIDATION";
    return Stream.of(
        Arguments.of(validation, List.of(), column("a", "basetype", "VARCHAR"), "basetype"),
        Arguments.of(
            validation, List.of(), column("a", "definition", Map.of("type", "GEOGRAPHY")), "type"),
        Arguments.of(
            validation, List.of(), column("a", "definition", Map.of("length", "5")), "required"),
        Arguments.of(
            validation,
            List.of(),
            column("a", "basetype", "DATE", "definition", Map.of("type", "INT")),
            "contradict"),
        Arguments.of(
            validation,
            List.of(),
            column("a", "definition", Map.of("type", "NUMERIC", "length", "2,3")),
            "Column a: length"),
        Arguments.of(
            validation,
            List.of(),
            column("a", "definition", Map.of("type", "INT", "length", "9)); DROP")),
            "length"),
        Arguments.of(
            validation,
            List.of(),
            column("a", "definition", Map.of("type", "TEXT", "default", "x".repeat(1001))),
            "default"),
        Arguments.of("VALIDATION", List.of(), column("a", "definition", "VARCHAR"), "definition"),
        Arguments.of(
            "VALIDATION",
            List.of(),
            column("a", "definition", Map.of("type", "INT", "nullable", "perhaps")),
            "nullable"),
        Arguments.of("TABLE_INVALID_COLUMN_NAME", List.of(), column("---"), "no name"),
        Arguments.of("TABLE_INVALID_COLUMN_NAME", List.of(), column("_timestamp"), "reserved"),
        Arguments.of("TABLE_INVALID_PRIMARY_KEY", List.of("b"), column("a"), "Columns: a"),
        Arguments.of("TABLE_INVALID_PRIMARY_KEY", List.of("a", "a"), column("a"), "twice"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsNoDefinitionIsRefused(
      ErrorCode code, List<String> key, Map<String, Object> column, String word) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> definition(key, List.of(column)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code))
        .withMessageContaining(word);
  }

  @Test
  void sizeIsBounded() {
    var many =
        IntStream.range(0, 900)
            .mapToObj(
                i ->
                    column(
                        "c" + i, "definition", Map.of("type", "TEXT", "default", "x".repeat(500))))
            .toList();

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> definition(List.of(), many))
        .withMessageContaining("too large");
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(
            () ->
                definition(
                    List.of(), IntStream.range(0, 1001).mapToObj(i -> column("c" + i)).toList()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_TOO_MANY_COLUMNS));
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> definition(List.of(), List.of()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NO_COLUMNS));
  }
}
