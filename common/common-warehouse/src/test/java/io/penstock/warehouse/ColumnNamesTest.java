package io.penstock.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnNamesTest {

  @ParameterizedTest
  @CsvSource({
    "id,id",
    "ščř,scr",
    "lot__of_____underscores,lot__of_____underscores",
    "_abc-def----ghi_,abc_def_ghi",
    "'Große Straße (€)',Grosse_Strasse",
    "łódź,lodz",
    "123,123",
    "ID,ID",
    "ctid,ctid_",
    "日本,''"
  })
  void namesAreCleaned(String raw, String clean) {
    assertThat(ColumnNames.clean(raw)).isEqualTo(clean);
  }

  @Test
  void namesThatDifferInCaseOnlyAreTwoColumns() {
    assertThat(ColumnNames.cleanAll(List.of("id", "Id"), 10)).containsExactly("id", "Id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "---", "_timestamp", "_Timestamp", "a", "日本"})
  void unusableNameIsRefusedByItsPosition(String name) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> ColumnNames.cleanAll(List.of("a", name), 10))
        .withMessageContaining("Column 2")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_INVALID_COLUMN_NAME));
  }

  @Test
  void lengthAndNumberAreLimited() {
    assertThat(ColumnNames.cleanAll(List.of("x".repeat(64)), 10)).hasSize(1);
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> ColumnNames.cleanAll(List.of("x".repeat(65)), 10));
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> ColumnNames.cleanAll(Collections.nCopies(11, "x"), 10))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_TOO_MANY_COLUMNS));
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> ColumnNames.cleanAll(List.of(), 10))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_NO_COLUMNS));
  }

  @Test
  void newTableHasNoTwoColumnsThatDifferInCaseOnly() {
    ColumnNames.requireDistinct(List.of("id", "name"));

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> ColumnNames.requireDistinct(List.of("id", "name", "ID")))
        .withMessageContaining("id and ID");
  }
}
