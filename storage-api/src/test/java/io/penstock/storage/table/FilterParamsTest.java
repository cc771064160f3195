package io.penstock.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.DataType;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import io.penstock.model.table.TableQuery.Order;
import io.penstock.storage.web.Params;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FilterParamsTest {
  private static final Instant NOW = Instant.parse("2030-03-10T15:30:20Z");
  private static final List<String> COLUMNS = List.of("id", "name", "age");

  private static TableQuery read(Map<String, Object> params) {
    return FilterParams.read(new Params(params, true), COLUMNS, null, NOW);
  }

  private static void assertRefused(ErrorCode code, Map<String, Object> params) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> read(params))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void nothingAskedIsEverything() {
    assertThat(read(Map.of())).isEqualTo(TableQuery.everything());
  }

  @Test
  void columnsComeAsTextOrList() {
    assertThat(read(Map.of("columns", "name,id")).columns()).containsExactly("name", "id");
    assertThat(read(Map.of("columns", List.of("name", "id"))).columns())
        .containsExactly("name", "id");
  }

  @Test
  void unknownColumnsAreRefusedWhereverTheyStand() {
    assertRefused(ErrorCode.COLUMN_NOT_EXISTS, Map.of("columns", "id,Name"));
    assertRefused(
        ErrorCode.COLUMN_NOT_EXISTS, Map.of("whereColumn", "x", "whereValues", List.of("1")));
    assertRefused(ErrorCode.COLUMN_NOT_EXISTS, Map.of("orderBy", List.of(Map.of("column", "x"))));
  }

  @Test
  void whereColumnTakesAListOrOneValueWithItsCommas() {
    assertThat(read(Map.of("whereColumn", "id", "whereValues", List.of("a", "b"))).filters())
        .containsExactly(new Filter("id", Operator.EQ, List.of("a", "b"), null));
    assertThat(
            read(Map.of("whereColumn", "id", "whereOperator", "neq", "whereValues", "a,b"))
                .filters())
        .containsExactly(new Filter("id", Operator.NE, List.of("a,b"), null));
    assertThat(read(Map.of("whereColumn", "id", "whereValues", "")).filters())
        .containsExactly(new Filter("id", Operator.EQ, List.of(""), null));
  }

  @Test
  void whereColumnWithoutValuesIsRefused() {
    assertRefused(ErrorCode.TABLE_INVALID_FILTER_VALUES, Map.of("whereColumn", "id"));
    assertRefused(
        ErrorCode.TABLE_VALIDATION,
        Map.of("whereColumn", "id", "whereOperator", "gt", "whereValues", "1"));
  }

  @Test
  void whereFiltersCarryTypesAndTimes() {
    TableQuery query =
        read(
            Map.of(
                "whereFilters",
                List.of(
                    Map.of(
                        "column",
                        "age",
                        "operator",
                        "ge",
                        "values",
                        List.of(18),
                        "dataType",
                        "integer"),
                    Map.of(
                        "column",
                        "name",
                        "operator",
                        "lt",
                        "values",
                        List.of("-1 day"),
                        "type",
                        "TIME_STRING"))));

    assertThat(query.filters())
        .containsExactly(
            new Filter("age", Operator.GE, List.of("18"), DataType.INTEGER),
            new Filter("name", Operator.LT, List.of("2030-03-09 15:30:20"), null));
  }

  @Test
  void contradictingFiltersAreRefused() {
    Map<String, Object> one = Map.of("column", "id", "values", List.of("1"));
    assertRefused(
        ErrorCode.TABLE_VALIDATION,
        Map.of("whereColumn", "id", "whereValues", "1", "whereFilters", List.of(one)));
    assertRefused(
        ErrorCode.TABLE_VALIDATION,
        Map.of(
            "whereFilters",
            List.of(
                Map.of(
                    "column", "id", "values", "now", "type", "TIME_STRING", "dataType", "REAL"))));
    assertRefused(
        ErrorCode.TABLE_INVALID_FILTER_VALUES,
        Map.of(
            "whereFilters",
            List.of(Map.of("column", "id", "operator", "gt", "values", List.of("1", "2")))));
  }

  @Test
  void orderIsAscendingUnlessSaid() {
    TableQuery query =
        read(
            Map.of(
                "orderBy",
                List.of(
                    Map.of("column", "id"),
                    Map.of("column", "age", "order", "desc", "dataType", "BIGINT"))));

    assertThat(query.orderBy())
        .containsExactly(new Order("id", false, null), new Order("age", true, DataType.BIGINT));
    assertRefused(
        ErrorCode.TABLE_VALIDATION,
        Map.of("orderBy", List.of(Map.of("column", "id", "order", "up"))));
  }

  @Test
  void changesCanBeAskedForInEveryWay() {
    assertThat(read(Map.of("changedSince", "-2 days", "changedUntil", 1893456000)))
        .satisfies(
            query -> {
              assertThat(query.changedSince()).isEqualTo(Instant.parse("2030-03-08T15:30:20Z"));
              assertThat(query.changedUntil()).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
            });
    assertThat(read(Map.of("days", "3")).changedSince())
        .isEqualTo(Instant.parse("2030-03-07T15:30:20Z"));
    assertThat(read(Map.of("seconds", 20)).changedSince())
        .isEqualTo(Instant.parse("2030-03-10T15:30:00Z"));
    assertRefused(ErrorCode.TABLE_INVALID_DATE_TIME, Map.of("changedSince", "soon"));
  }
}
