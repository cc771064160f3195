package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class SearchIT {
  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final String bucket = master.newBucket();
  private final TableOf byTable = TableOf.columns(gateway, master, bucket, "id", "name");
  private final TableOf byColumn = TableOf.columns(gateway, master, bucket, "id", "name");
  private final String key = Gateway.unique("search.key-");

  private void describe(TableOf table, String suffix, String provider, String value) {
    master
        .post(
            (suffix.isEmpty() ? table.path() : "columns/" + table.label() + suffix) + "/metadata",
            Map.of("provider", provider, "metadata", List.of(Map.of("key", key, "value", value))))
        .json(201);
  }

  private List<String> found(Client client, String query) {
    return TableOf.ids(client.get("search/tables?" + query).json(200));
  }

  @Test
  void allThatIsAskedMustBeOfOneItemOfTheTableOrAColumn() {
    describe(byTable, "", "one", key + "-value");
    describe(byTable, "", "two", "other");
    describe(byColumn, ".name", "one", key + "-value");

    assertThat(found(master, "metadataKey=" + key))
        .containsExactly(byTable.label(), byColumn.label());
    assertThat(found(master, "metadataValue=" + key + "-value"))
        .containsExactly(byTable.label(), byColumn.label());
    assertThat(found(master, "metadataKey=" + key + "&metadataProvider=two"))
        .containsExactly(byTable.label());
    assertThat(
            found(
                master,
                "metadataKey=" + key + "&metadataProvider=two&metadataValue=" + key + "-value"))
        .isEmpty();
    assertThat(found(master, "metadataKey=" + key.substring(1))).isEmpty();
    assertThat(found(master, "metadataValue=%25")).isEmpty();
    assertThat(found(master, "metadataProvider=one")).contains(byTable.label());
  }

  @Test
  void tablesComeAsInListsWithColumnsAndTheirMetadataByDefault() {
    describe(byColumn, ".name", "one", "v");

    JsonNode found = master.get("search/tables?metadataKey=" + key).json(200).get(0);
    JsonNode bare = master.get("search/tables?include=&metadataKey=" + key).json(200).get(0);

    assertThat(found.propertyNames())
        .contains("bucket", "columns", "metadata", "columnMetadata")
        .doesNotContain("attributes");
    assertThat(found.path("columnMetadata").path("name")).hasSize(1);
    assertThat(bare.propertyNames()).doesNotContain("bucket", "columns", "columnMetadata");
  }

  @Test
  void onlyReadableTablesAreFound() {
    describe(byTable, "", "one", "v");
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");

    assertThat(found(reader, "metadataKey=" + key)).containsExactly(byTable.label());
    assertThat(found(gateway.limited(), "metadataKey=" + key)).isEmpty();
    Strangers.Foreign theirs = Strangers.of(gateway).foreign();
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO metadata (project_id, kind, object_id, provider, key, value, updated_at)
            SELECT t.project_id, 'TABLE', t.id, 'one', :key, 'v', now()
            FROM data_table t JOIN bucket b ON b.id = t.bucket_id
            WHERE b.stage || '.' || b.name || '.' || t.name = :label
            """)
        .param("key", key)
        .param("label", theirs.table())
        .update();
    assertThat(found(master, "metadataKey=" + key)).containsExactly(byTable.label());
  }

  @Test
  void nothingAskedIsRefused() {
    for (String query : List.of("", "metadataKey=", "include=columns", "metadataKey")) {
      master.get("search/tables?" + query).assertRefused(400, "storage.validation");
    }
  }

  @Test
  void noConfigurationIsFoundWhereThereIsNone() {
    String search = "branch/default/search/component-configurations";

    assertThat(
            master
                .get(
                    search
                        + "?idComponent=acme.ex&metadataKeys[]=KBC.a&metadataKeys[]=b&include=filteredMetadata")
                .json(200))
        .isEmpty();
    master.get(search + "?componentId=" + "x".repeat(256)).assertRefused(400, "storage.validation");
    master.get(search + "?metadataKeys[]=a%20b").assertRefused(400, "storage.metadata.invalidKey");
  }
}
