package io.penstock.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.DataType;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableStatementTest {
  static final CatalogueRow TABLE =
      new CatalogueRow(
          5,
          17,
          List.of(new CatalogueColumn("id", "c1"), new CatalogueColumn("a\"; DROP", "c2")),
          List.of("id"),
          0,
          0,
          null,
          1,
          3);

  @Test
  void everythingIsEveryColumn() {
    assertThat(TableStatement.of(TABLE, TableQuery.everything()).sql())
        .isEqualTo("SELECT c1, c2 FROM _penstock.t5_17");
  }

  @Test
  void valuesAreBoundAndNamesAreReplaced() {
    var statement =
        TableStatement.of(
            TABLE,
            new TableQuery(
                List.of("a\"; DROP", "id"),
                List.of(new Filter("a\"; DROP", Operator.EQ, List.of("x'?", ""), null)),
                List.of(new TableQuery.Order("id", true, null)),
                Instant.parse("2030-01-02T03:04:05Z"),
                null,
                7L,
                true));

    assertThat(statement.columns()).containsExactly("a\"; DROP", "id", "_timestamp");
    assertThat(statement.sql())
        .startsWith("SELECT c2, c1, to_char(_timestamp")
        .endsWith(
            " WHERE c2 IN (CAST(? AS text), CAST(? AS text)) AND _timestamp >= CAST(? AS timestamptz) ORDER BY c1 DESC NULLS LAST LIMIT 7")
        .doesNotContain("DROP");
    assertThat(statement.copyText()).contains("CAST('x''?' AS text), CAST('' AS text)");
  }

  @Test
  void unknownColumnIsNamed() {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(
            () ->
                TableStatement.of(
                    TABLE,
                    new TableQuery(List.of("ID"), List.of(), List.of(), null, null, null, false)))
        .withMessageContaining("ID")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.COLUMN_NOT_EXISTS));
  }

  @ParameterizedTest
  @CsvSource({
    "GT,'1,2',",
    "EQ,'',",
    "EQ,abc,INTEGER",
    "GT,1e400,DOUBLE",
    "GT,1e-60,REAL",
    "GT,1e999999999,DECIMAL",
    "GT,NaN,DOUBLE",
    "GT,٣,BIGINT"
  })
  void filterValuesThatCannotBeComparedAreRefused(
      Operator operator, String values, @Nullable DataType type) {
    List<String> list = values.isEmpty() ? List.of() : List.of(values.split(",", -1));

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> TableStatement.of(TABLE, filtered(operator, type, list)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_INVALID_FILTER_VALUES));
  }

  @Test
  void textThatPostgresCannotHoldIsRefused() {
    for (String value : new String[] {"a\0b", "\ud800", "\udc00x"}) {
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> TableStatement.of(TABLE, filtered(Operator.EQ, null, List.of(value))));
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> Literals.quote(value));
    }
  }

  static TableQuery filtered(Operator operator, @Nullable DataType type, List<String> values) {
    return new TableQuery(
        List.of("id"),
        List.of(new Filter("id", operator, values, type)),
        List.of(),
        null,
        null,
        null,
        false);
  }
}
