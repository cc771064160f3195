package io.penstock.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnSqlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BOOLEAN   |           | boolean
          DATE      |           | date
          FLOAT     |           | double precision
          INTEGER   |           | bigint
          INTEGER   | 38,0      | bigint
          NUMERIC   |           | numeric(38,9)
          NUMERIC   | 10,2      | numeric(10,2)
          NUMERIC   | 10        | numeric(10,0)
          NUMERIC   | 38 , 0    | numeric(38,0)
          STRING    |           | text
          STRING    | 255       | varchar(255)
          STRING    | 16777216  | text
          TIMESTAMP | 9         | timestamp
          """)
  void baseTypeAndLengthSayTheColumnsType(BaseType base, @Nullable String length, String sql) {
    assertThat(ColumnSql.type(new ColumnType(base, length, true, null))).isEqualTo(sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NUMERIC 0",
        "NUMERIC 1001,0",
        "NUMERIC 5,6",
        "NUMERIC 9999999999",
        "NUMERIC -1",
        "NUMERIC 5,-1",
        "NUMERIC x",
        "STRING 0",
        "STRING 5,2",
        "STRING 5)); DROP TABLE x",
        "STRING "
      })
  void lengthThatTheTypeCannotHaveIsRefused(String text) {
    String[] parts = text.split(" ", 2);
    var type = new ColumnType(BaseType.valueOf(parts[0]), parts[1], true, null);

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> ColumnSql.type(type))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_VALIDATION));
  }

  @Test
  void definitionHoldsNullabilityAndDefault() {
    assertThat(ColumnSql.definition(new CatalogueColumn("a", "c1")))
        .isEqualTo("c1 text NOT NULL DEFAULT ''");
    assertThat(ColumnSql.definition(typed(new ColumnType(BaseType.INTEGER, null, true, null))))
        .isEqualTo("c1 bigint");
    assertThat(ColumnSql.definition(typed(new ColumnType(BaseType.STRING, null, false, "it's"))))
        .isEqualTo("c1 text NOT NULL DEFAULT 'it''s'");
  }

  @ParameterizedTest
  @CsvSource({
    "varchar, STRING",
    "Text, STRING",
    "NUMBER, NUMERIC",
    "decimal, NUMERIC",
    "int, INTEGER",
    "BIGINT, INTEGER",
    "double  precision, FLOAT",
    "DOUBLE, FLOAT",
    "TIMESTAMP_NTZ, TIMESTAMP",
    "bool, BOOLEAN",
    "date, DATE"
  })
  void namesOfOtherWarehousesAreUnderstood(String name, BaseType base) {
    assertThat(BaseType.ofNativeName(name)).contains(base);
  }

  @Test
  void everyBaseTypeIsAlsoANativeName() {
    for (BaseType base : BaseType.values()) {
      assertThat(BaseType.ofNativeName(base.name())).contains(base);
      assertThat(BaseType.named(base.name().toLowerCase(java.util.Locale.ROOT))).contains(base);
    }
    assertThat(BaseType.ofNativeName("GEOGRAPHY")).isEmpty();
    assertThat(BaseType.named("VARCHAR")).isEmpty();
  }

  @Test
  void catalogueFromBeforeThereWereTypesIsRead() {
    CatalogueColumn old = new CatalogueColumn("id", "c1");
    CatalogueColumn typed = typed(new ColumnType(BaseType.NUMERIC, "5,2", false, "1", "DECIMAL"));

    assertThat(Json.write(old)).isEqualTo("{\"name\":\"id\",\"physical\":\"c1\"}");
    assertThat(Json.read("{\"name\":\"id\",\"physical\":\"c1\"}", CatalogueColumn.class))
        .isEqualTo(old);
    assertThat(Json.read(Json.write(typed), CatalogueColumn.class)).isEqualTo(typed);
  }

  private static CatalogueColumn typed(ColumnType type) {
    return new CatalogueColumn("a", "c1", type);
  }
}
