package io.penstock.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge of the kill test has to see every single row. */
class TableModelTest {
  private static final List<String> A1 = List.of("a", "1");
  private static final List<String> A2 = List.of("a", "2");
  private static final List<String> B1 = List.of("b", "1");

  @Test
  void lastRowOfAKeyWins() {
    TableModel table = new TableModel(List.of("id", "value"), List.of("id"));
    table.full(List.of(A1, B1, A2));

    assertThat(table.size()).isEqualTo(2);
    assertThat(table.difference(List.of(B1, A2))).isEmpty();
    assertThat(table.difference(List.of(B1, A1))).contains("1 rows missing, 1 too many");
  }

  @Test
  void appendedRowsCountAsOftenAsTheyCame() {
    TableModel table = new TableModel(List.of("id", "value"), List.of());
    table.full(List.of(A1));
    table.incremental(List.of(A1, B1));

    assertThat(table.difference(List.of(B1, A1, A1))).isEmpty();
    assertThat(table.difference(List.of(A1, B1))).contains("1 rows missing, 0 too many");
    assertThat(table.difference(List.of(A1, A1, A1, B1))).contains("0 rows missing, 1 too many");
  }

  @Test
  void fullLoadReplacesEverything() {
    TableModel table = new TableModel(List.of("id", "value"), List.of("id"));
    table.full(List.of(A1));
    table.full(List.of(B1));

    assertThat(table.difference(List.of(A1, B1))).contains("0 rows missing, 1 too many");
  }
}
