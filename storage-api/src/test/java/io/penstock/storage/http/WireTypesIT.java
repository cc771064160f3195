package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** JSON types that clients decode strictly: what is text and what a number, null or not there. */
class WireTypesIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[+-]\\d{4}";

  private final Client master = GATEWAY.master();
  private final String bucket = master.newBucket();
  private final TableOf table = TableOf.columns(GATEWAY, master, bucket, "id", "name");

  private static void texts(JsonNode of, String... pointers) {
    for (String pointer : pointers) {
      assertThat(of.at(pointer).isString()).as("%s is a text in %s", pointer, of).isTrue();
    }
  }

  private static void numbers(JsonNode of, String... pointers) {
    for (String pointer : pointers) {
      assertThat(of.at(pointer).isIntegralNumber())
          .as("%s is a number in %s", pointer, of)
          .isTrue();
    }
  }

  private static void lists(JsonNode of, String... pointers) {
    for (String pointer : pointers) {
      assertThat(of.at(pointer).isArray()).as("%s is a list in %s", pointer, of).isTrue();
    }
  }

  private static void nulls(JsonNode of, String... names) {
    for (String name : names) {
      assertThat(of.has(name) && of.path(name).isNull()).as("%s is null in %s", name, of).isTrue();
    }
  }

  private JsonNode file(Map<String, Object> params) {
    return master.get("files/" + prepared(params).path("id").asLong()).json(200);
  }

  private JsonNode prepared(Map<String, Object> params) {
    return master.post("files/prepare", params).json(201);
  }

  @Test
  void idsAreTextsOrNumbersAsGoDecodesThem() {
    JsonNode verified = master.get("tokens/verify").json(200);
    texts(verified, "/id", "/organization/id");
    numbers(verified, "/owner/id", "/admin/id");
    JsonNode token = master.post("tokens", Map.of()).json(201);
    texts(token, "/id");
    numbers(token, "/creatorToken/id", "/owner/id");
    texts(master.post("tickets", Map.of()).json(201), "/id");
    JsonNode file = prepared(Map.of("name", "a.csv", "federationToken", 1));
    numbers(file, "/id", "/creatorToken/id");
    JsonNode job = master.post(table.path() + "/optimize", Map.of()).json(202);
    numbers(job, "/id");
    texts(job, "/creatorToken/id");
    numbers(master.get("dev-branches").json(200), "/0/id");
    numbers(master.get("buckets/" + bucket).json(200), "/idBranch");
    JsonNode workspace = master.get("workspaces/" + workspace(GATEWAY, master)).json(200);
    numbers(workspace, "/id", "/creatorToken/id");
    JsonNode trigger = trigger(GATEWAY, master, table);
    texts(trigger, "/id");
    numbers(trigger, "/runWithTokenId", "/creatorToken/id");
    Map<String, Object> items =
        Map.of("provider", "user", "metadata", List.of(Map.of("key", "k", "value", "v")));
    texts(master.post("buckets/" + bucket + "/metadata", items).json(201), "/0/id");
    JsonNode snapshot = master.get("snapshots/" + snapshot(file.path("id").asLong())).json(200);
    texts(snapshot, "/id", "/dataFileId");
    numbers(snapshot, "/creatorToken/id");
  }

  @Test
  void timesHaveNoColonInTheirOffset() {
    JsonNode workspace = master.get("workspaces/" + workspace(GATEWAY, master)).json(200);
    JsonNode verified = master.get("tokens/verify").json(200);
    JsonNode job = master.post(table.path() + "/optimize", Map.of()).json(202);

    for (JsonNode time :
        List.of(
            workspace.path("created"),
            verified.path("created"),
            verified.path("refreshed"),
            verified.at("/owner/created"),
            job.path("createdTime"),
            master.get("buckets/" + bucket).json(200).path("created"),
            table.detail().path("created"),
            file(Map.of("name", "a.csv", "federationToken", 1)).path("created"),
            trigger(GATEWAY, master, table).path("lastRun"),
            master.get("dev-branches/default").json(200).path("created"))) {
      assertThat(time.asString()).matches(TIME);
    }
  }

  @Test
  void whatDoesNotApplyIsNotThereAndWhatIsNotKnownIsNull() {
    JsonNode detail = table.detail();
    assertThat(detail.propertyNames())
        .doesNotContain("sourceTable", "aliasFilter", "definition", "selectSql");
    nulls(detail, "lastImportDate", "lastChangeDate");
    JsonNode token = master.post("tokens", Map.of()).json(201);
    assertThat(token.propertyNames()).doesNotContain("admin");
    nulls(token, "expires");
    JsonNode file = file(Map.of("name", "a.csv", "federationToken", 1, "isPermanent", 1));
    assertThat(file.propertyNames()).doesNotContain("s3Path", "credentials");
    nulls(file, "runId", "maxAgeDays");
    nulls(master.get("buckets/" + bucket).json(200), "sharing", "lastChangeDate");
    JsonNode job = master.post(table.path() + "/optimize", Map.of()).json(202);
    assertThat(job.propertyNames()).doesNotContain("error");
    nulls(job, "startTime", "endTime", "results", "runId");
  }

  @Test
  void listsAreListsEvenWhenNothingIsInThem() {
    GATEWAY
        .jdbc()
        .sql("UPDATE data_table SET primary_key = '{}', columns = '{}' WHERE id = :id")
        .param("id", table.id())
        .update();
    String[] ofTable = {
      "/columns", "/primaryKey", "/indexedColumns", "/distributionKey", "/attributes", "/metadata"
    };

    lists(table.detail(), ofTable);
    lists(table.detail(), "/bucket/metadata");
    lists(table.in(master.get("tables?include=columns,attributes,metadata").json(200)), ofTable);
    assertThat(table.detail().path("columnMetadata").toString()).isEqualTo("{}");
    JsonNode detail = master.get("buckets/" + bucket).json(200);
    lists(detail, "/attributes", "/metadata");
    texts(detail, "/backend");
    lists(file(Map.of("name", "a.csv", "federationToken", 1)), "/tags", "/runIds");
    lists(master.get("tokens/verify").json(200), "/componentAccess", "/owner/features");
    lists(master.get(table.path() + "/metadata").json(200), "");
  }

  static JsonNode trigger(Gateway gateway, Client master, TableOf table) {
    return master
        .post(
            "triggers",
            Map.of(
                "runWithTokenId",
                gateway.limited().tokenId(),
                "component",
                Gateway.unique("acme.ex"),
                "configurationId",
                "1",
                "coolDownPeriodMinutes",
                1,
                "tableIds",
                List.of(table.label())))
        .json(201);
  }

  /** A workspace of the metadata alone. */
  static long workspace(Gateway gateway, Client master) {
    return gateway
        .jdbc()
        .sql(
            """
            INSERT INTO workspace (project_id, token_id, creator_description, state, login_type, sealed_worker, created_at)
            VALUES (12, :token, '', 'READY', 'default', '', now()) RETURNING id
            """)
        .param("token", master.tokenId())
        .query(Long.class)
        .single();
  }

  private long snapshot(long file) {
    return GATEWAY
        .jdbc()
        .sql(
            """
            INSERT INTO snapshot (project_id, table_id, bucket_id, file_id, description, structure, token_id,
              token_description, created_at)
            SELECT 12, id, bucket_id, :file, '', :structure, :token, '', now() FROM data_table WHERE id = :table
            RETURNING id
            """)
        .param("file", file)
        .param("structure", "{\"table\": {\"id\": \"%s\"}, \"types\": []}".formatted(table.label()))
        .param("token", master.tokenId())
        .param("table", table.id())
        .query(Long.class)
        .single();
  }
}
