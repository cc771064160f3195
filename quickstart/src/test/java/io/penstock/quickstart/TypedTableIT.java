package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Both sides of a typed table: what the API defines, the warehouse stores and checks. */
class TypedTableIT {
  private static final String TABLE = "tables/in.c-typed.orders";

  private final TestPlatform platform = TestPlatform.shared();
  private final Api api = platform.api();

  @Test
  void definedTableTakesWhatFitsItsTypesAndSaysWhatDoesNot() throws Exception {
    api.post(201, "buckets", Map.of("name", "typed", "stage", "in"));
    JsonNode defined =
        api.ended(
            api.post(
                202,
                "buckets/in.c-typed/tables-definition",
                Map.of(
                    "name",
                    "orders",
                    "primaryKeysNames",
                    List.of("id"),
                    "columns",
                    List.of(
                        Map.of("name", "id", "basetype", "INTEGER"),
                        column("paid", "BOOLEAN", Map.of()),
                        column("price", "NUMBER", Map.of("length", "8,2")),
                        column("at", "TIMESTAMP_NTZ", Map.of())))));
    assertThat(defined.path("results").path("isTyped").asBoolean()).as(defined.toString()).isTrue();
    assertThat(
            api.get(TABLE).path("definition").path("columns").path(2).path("definition").toString())
        .isEqualTo("{\"type\":\"NUMBER\",\"length\":\"8,2\",\"nullable\":true,\"default\":null}");

    JsonNode refused = load("id,paid,price,at\n1,yes,5,2030-01-02\n2,perhaps,5,\n3,,x,\n");
    assertThat(refused.path("error").path("code").asString()).isEqualTo("csvImport.invalidValue");
    JsonNode problems = refused.path("error").path("contextParams").path("problems");
    assertThat(problems)
        .extracting(
            problem -> problem.path("line").asInt() + " " + problem.path("cause").asString())
        .containsExactly("3 \"perhaps\" is not a BOOLEAN", "4 \"x\" is not a NUMERIC(8,2)");

    load("id,paid,price,at\n1,yes,5,2030-01-02T03:04:05\n2,,,\n");
    JsonNode merged = load("id,paid,price,at\n1,true,5.00,2030-01-02 03:04:05\n2,f,0.5,\n");
    assertThat(merged.path("results").path("totalRowsCount").asInt()).isEqualTo(2);
    assertThat(api.send("GET", TABLE + "/data-preview?orderBy%5B0%5D%5Bcolumn%5D=id", null).body())
        .isEqualTo(
            """
            "id","paid","price","at"
            "1","true","5.00","2030-01-02 03:04:05"
            "2","false","0.50",""
            """);
    HttpResponse<String> filtered =
        api.send(
            "GET",
            TABLE + "/data-preview?format=json&whereColumn=at&whereValues%5B%5D=&columns=at,id",
            null);
    assertThat(filtered.body())
        .contains("{\"columnName\":\"at\",\"value\":null,\"isTruncated\":false}");
    JsonNode exported =
        api.ended(
            api.post(
                202,
                TABLE + "/export-async",
                Map.of("whereColumn", "paid", "whereValues", List.of("true"))));
    assertThat(exported.path("status").asString()).as(exported.toString()).isEqualTo("success");
  }

  private JsonNode load(String csv) throws Exception {
    long file = Uploads.upload(api, platform.s3(), "orders.csv", csv);
    return api.ended(
        api.post(202, TABLE + "/import-async", Map.of("dataFileId", file, "incremental", true)));
  }

  private static Map<String, Object> column(String name, String type, Map<String, Object> more) {
    Map<String, Object> definition = new java.util.HashMap<>(more);
    definition.put("type", type);
    return Map.of("name", name, "definition", definition);
  }
}
