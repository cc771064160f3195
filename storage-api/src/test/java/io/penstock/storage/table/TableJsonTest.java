package io.penstock.storage.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.web.Included;
import io.penstock.storage.web.Params;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableJsonTest {
  private static final Instant CREATED = Instant.parse("2030-01-02T10:00:00.987Z");
  private static final Map<String, Object> ITEM = Map.of("key", "KBC.description");
  private static final DataTable TABLE =
      new DataTable(
          9,
          12,
          7,
          "in.c-main",
          "users",
          "users",
          List.of("id", "name"),
          List.of("id"),
          List.of("name"),
          5,
          16384,
          CREATED,
          null,
          null,
          List.of(),
          null);

  private static Map<String, Object> listed(Map<String, Object> params) {
    return TableJson.listed(
        TABLE,
        Map.of("id", "in.c-main"),
        "https://x",
        Included.of(new Params(params, false)),
        new TableParts(
            Map.of(),
            Map.of(9L, List.of(ITEM)),
            Map.of(9L, Map.of("id", List.of(ITEM))),
            false,
            false));
  }

  @Test
  void detailHasEveryFieldOfTheContract() {
    Map<String, Object> json =
        TableJson.detail(
            TABLE,
            Map.of("id", "in.c-main"),
            "https://x",
            new TableParts(Map.of(), Map.of(), Map.of(), false, true));

    assertThat(json)
        .containsEntry("uri", "https://x/v2/storage/tables/in.c-main.users")
        .containsEntry("id", "in.c-main.users")
        .containsEntry("gdName", "users")
        .containsEntry("created", "2030-01-02T10:00:00+0000")
        .containsEntry("primaryKey", List.of("id"))
        .containsEntry("indexedColumns", List.of("id", "name"))
        .containsEntry("distributionKey", List.of())
        .containsEntry("columns", List.of("id", "name"))
        .containsEntry("rowsCount", 5L)
        .containsEntry("isAlias", false)
        .containsEntry("isTyped", false)
        .containsEntry("attributes", List.of())
        .containsEntry("metadata", List.of())
        .containsEntry("columnMetadata", Map.of())
        .containsKeys("lastImportDate", "lastChangeDate", "indexType", "distributionType")
        .doesNotContainKeys("sourceTable", "aliasFilter", "definition", "selectSql");
    assertThat(json.get("lastImportDate")).isNull();
    assertThat(json.get("bucket")).isEqualTo(Map.of("id", "in.c-main"));
  }

  @Test
  void listWithoutIncludeHasItsDefaultParts() {
    assertThat(listed(Map.of()))
        .containsKeys("bucket", "metadata", "attributes")
        .doesNotContainKeys("columns", "columnMetadata");
  }

  @Test
  void emptyIncludeStripsEverything() {
    assertThat(listed(Map.of("include", "")))
        .containsKeys("id", "primaryKey")
        .doesNotContainKeys("bucket", "metadata", "attributes", "columns", "columnMetadata");
  }

  @Test
  void namedPartsAreThereAndNoOthers() {
    assertThat(listed(Map.of("include", "columns,columnMetadata,nonsense")))
        .containsKeys("columns")
        .containsEntry("columnMetadata", Map.of("id", List.of(ITEM)))
        .doesNotContainKeys("bucket", "metadata", "attributes");
  }
}
