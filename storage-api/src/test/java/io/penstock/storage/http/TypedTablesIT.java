package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.model.job.JobTask.DefineTable;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.model.job.JobTask.LoadTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code tables-definition} over HTTP, with the worker's side played. */
class TypedTablesIT {
  private static final ColumnType ID = new ColumnType(BaseType.INTEGER, null, false, null);
  private static final ColumnType PRICE =
      new ColumnType(BaseType.NUMERIC, "10,2", true, "0", "DECIMAL");

  /** As the Go client asks for it. */
  private static final Map<String, Object> DEFINITION =
      Map.of(
          "primaryKeysNames",
          List.of("id"),
          "columns",
          List.of(
              Map.of("name", "id", "basetype", "INTEGER"),
              Map.of(
                  "name",
                  "price",
                  "definition",
                  Map.of("type", "DECIMAL", "length", "10,2", "nullable", true, "default", "0"))),
          "distribution",
          Map.of("type", "HASH"));

  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final Worker worker = gateway.worker();
  private final String bucket = master.newBucket();
  private final String path = "buckets/" + bucket + "/tables-definition";

  @Test
  void typedTableIsDefinedByAJobAndShowsItsDefinition() {
    JsonNode job = define("typed", DEFINITION).json(202);

    assertThat(job.path("operationName").asString()).isEqualTo("tableDefinitionCreate");
    assertThat(job.path("tableId").asString()).isEqualTo(bucket + ".typed");
    JobMessage message = worker.receive(id(job));
    DefineTable task = (DefineTable) message.task();
    assertThat(task.columns())
        .containsExactly(new DefinedColumn("id", ID), new DefinedColumn("price", PRICE));
    assertThat(task.primaryKey()).containsExactly("id");
    master.get("tables/" + bucket + ".typed").assertRefused(404, "storage.tables.notFound");

    worker.changed(message, state(task, List.of(ID, PRICE)));
    JsonNode results = Worker.finished(master, id(job)).path("results");

    JsonNode detail = master.get("tables/" + bucket + ".typed").json(200);
    assertThat(results).isEqualTo(detail.deepCopy());
    assertThat(detail.path("isTyped").asBoolean()).isTrue();
    assertThat(detail.path("lastImportDate").isNull()).isTrue();
    assertThat(detail.path("lastChangeDate").isNull()).isFalse();
    assertThat(detail.path("primaryKey")).extracting(JsonNode::asString).containsExactly("id");
    assertThat(detail.path("definition").toString())
        .isEqualTo(
            """
            {"primaryKeysNames":["id"],"columns":[\
            {"name":"id","definition":{"type":"INTEGER","length":null,"nullable":false,"default":null},"basetype":"INTEGER","canBeFiltered":true},\
            {"name":"price","definition":{"type":"DECIMAL","length":"10,2","nullable":true,"default":"0"},"basetype":"NUMERIC","canBeFiltered":true}]}\
            """);
    assertThat(types(detail, "id"))
        .isEqualTo(Map.of("type", "INTEGER", "nullable", "", "basetype", "INTEGER"));
    assertThat(types(detail, "price"))
        .isEqualTo(
            Map.of(
                "type", "DECIMAL",
                "nullable", "1",
                "basetype", "NUMERIC",
                "length", "10,2",
                "default", "0"));
    JsonNode listed = master.get("buckets/" + bucket + "/tables").json(200).get(0);
    assertThat(listed.path("isTyped").asBoolean()).isTrue();
    assertThat(listed.has("definition")).isFalse();
    assertThat(events("typed")).contains("storage.tableCreated");
  }

  @Test
  void nullsInADefinitionAreAsGoodAsNone() {
    String body =
        """
        {"name":"php","primaryKeysNames":["id"],"distribution":null,"index":null,"ofTomorrow":{},
         "columns":[{"name":"id","definition":null,"basetype":"INTEGER"},
                    {"name":"price","basetype":null,"definition":{"type":"DECIMAL","length":"10,2","nullable":null,"default":"0"}}]}\
        """;

    JsonNode job =
        master.post(path, "application/json", body.getBytes(StandardCharsets.UTF_8)).json(202);

    assertThat(((DefineTable) worker.receive(id(job)).task()).columns())
        .containsExactly(new DefinedColumn("id", ID), new DefinedColumn("price", PRICE));
  }

  @Test
  void definitionWithoutTypesMakesAnUntypedTable() {
    JsonNode job = define("plain", Map.of("columns", List.of(Map.of("name", "ščř-x")))).json(202);
    JobMessage message = worker.receive(id(job));
    DefineTable task = (DefineTable) message.task();
    assertThat(task.columns()).containsExactly(new DefinedColumn("scr_x", null));

    worker.changed(message, state(task, List.of()));

    JsonNode results = Worker.finished(master, id(job)).path("results");
    assertThat(results.path("isTyped").asBoolean(true)).isFalse();
    assertThat(results.has("definition")).isFalse();
  }

  @Test
  void bracketedFieldsAreReadAsWell() {
    String form =
        "name=form&primaryKeysNames[]=id&columns[0][name]=id&columns[0][basetype]=INTEGER"
            + "&columns[1][name]=price&columns[1][definition][type]=DECIMAL"
            + "&columns[1][definition][length]=10,2&columns[1][definition][nullable]=1"
            + "&columns[1][definition][default]=0";

    JsonNode job =
        master
            .post(path, "application/x-www-form-urlencoded", form.getBytes(StandardCharsets.UTF_8))
            .json(202);

    assertThat(((DefineTable) worker.receive(id(job)).task()).columns())
        .containsExactly(new DefinedColumn("id", ID), new DefinedColumn("price", PRICE));
  }

  @Test
  void refusalByTheWorkerGivesTheNameBack() {
    JsonNode job = define("bad", DEFINITION).json(202);
    define("bad", DEFINITION).assertRefused(400, "storage.buckets.tableAlreadyExists");

    worker.failed(
        worker.receive(id(job)),
        new JobError("storage.tables.validation", "Column price: no value", "e-1", Map.of()));

    JsonNode ended = Worker.finished(master, id(job));
    assertThat(ended.path("status").asString()).isEqualTo("error");
    assertThat(ended.path("error").path("code").asString()).isEqualTo("storage.tables.validation");
    assertThat(events("bad")).contains("storage.tableCreateError");
    assertThat(define("bad", DEFINITION).status()).isEqualTo(202);
  }

  @Test
  void whatIsNoDefinitionIsRefusedAndReservesNothing() {
    Map<String, Map<String, Object>> codes = new HashMap<>();
    codes.put("storage.tables.validation.noColumns", Map.of());
    codes.put(
        "storage.tables.validation.invalidColumnName",
        Map.of("columns", List.of(Map.of("name", "_timestamp"))));
    codes.put(
        "storage.tables.validation.invalidPrimaryKeyColumns",
        Map.of("columns", List.of(Map.of("name", "a")), "primaryKeysNames", List.of("b")));
    codes.put(
        "storage.tables.validation",
        Map.of("columns", List.of(Map.of("name", "a", "basetype", "MONEY"))));
    codes.put("storage.validation", Map.of("columns", "a,b"));

    codes.forEach((code, body) -> define("refused", body).assertRefused(400, code));
    define("no.dots", DEFINITION).assertRefused(400, "storage.tables.validation");

    assertThat(master.get("buckets/" + bucket + "/tables").json(200)).isEmpty();
    assertThat(define("refused", DEFINITION).status()).isEqualTo(202);
  }

  @Test
  void writingTheBucketIsNeeded() {
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");

    Map<String, Object> body = new HashMap<>(DEFINITION);
    body.put("name", "t");
    reader.post(path, body).assertRefused(403, "accessDenied");
    gateway.limited().post(path, body).assertRefused(403, "accessDenied");
    master
        .post("buckets/in.c-none/tables-definition", body)
        .assertRefused(404, "storage.buckets.notFound");
  }

  @Test
  void whatStandsForNullGoesWithTheLoad() {
    String table = defined();

    assertThat(nullValue(table, Map.of())).isEmpty();
    assertThat(nullValue(table, Map.of("treatValuesAsNull", List.of("NA")))).isEqualTo("NA");
    assertThat(nullValue(table, Map.of("treatValuesAsNull", List.of("")))).isEmpty();
    assertThat(nullValue(table, Map.of("treatValuesAsNull", List.of()))).isNull();
    assertThat(nullValue(table, Map.of("importAsNull", List.of("-")))).isEqualTo("-");

    for (Object bad :
        List.of(List.of("a", "b"), "x,y", "say \"x\"", "two\nlines", "x".repeat(300))) {
      load(table, Map.of("treatValuesAsNull", bad)).assertRefused(400, "validation.failed");
    }
    load(table, Map.of("treatValuesAsNull", "a;b", "delimiter", ";"))
        .assertRefused(400, "validation.failed");
  }

  private @Nullable String nullValue(String table, Map<String, Object> params) {
    JobMessage message = worker.receive(id(load(table, params).json(202)));
    worker.failed(message, new JobError("invalidCsv", "x", "e-2", Map.of()));
    Worker.finished(master, message.jobId());
    return ((LoadTable) message.task()).csv().nullValue();
  }

  private Client.Answer load(String table, Map<String, Object> params) {
    Map<String, Object> body = new HashMap<>(params);
    body.put("dataFileId", file());
    return master.post("tables/" + table + "/import-async", body);
  }

  private String defined() {
    JsonNode job = define("loaded", DEFINITION).json(202);
    JobMessage message = worker.receive(id(job));
    worker.changed(message, state((DefineTable) message.task(), List.of(ID, PRICE)));
    Worker.finished(master, id(job));
    return bucket + ".loaded";
  }

  private Client.Answer define(String name, Map<String, Object> definition) {
    Map<String, Object> body = new HashMap<>(definition);
    body.put("name", name);
    return master.post(path, body);
  }

  private static TableState state(DefineTable task, List<ColumnType> types) {
    List<String> names = new ArrayList<>();
    task.columns().forEach(column -> names.add(Objects.requireNonNull(column.name())));
    return new TableState(task.tableId(), 1, names, task.primaryKey(), 0, 8192, null, false, types);
  }

  /** {@code KBC.datatype.*} of a column. */
  private static Map<String, String> types(JsonNode detail, String column) {
    Map<String, String> types = new HashMap<>();
    for (JsonNode item : detail.path("columnMetadata").path(column)) {
      assertThat(item.path("provider").asString()).isEqualTo("storage");
      types.put(
          item.path("key").asString().replace("KBC.datatype.", ""), item.path("value").asString());
    }
    return types;
  }

  private List<String> events(String table) {
    return gateway
        .jdbc()
        .sql(
            "SELECT body::jsonb ->> 'operation' FROM outbox_record WHERE body::jsonb -> 'object'"
                + " ->> 'id' = :id")
        .param("id", bucket + "." + table)
        .query((rs, _) -> rs.getString(1))
        .list();
  }

  private static long id(JsonNode job) {
    return job.path("id").asLong();
  }

  private long file() {
    JsonNode file =
        master.post("files/prepare", Map.of("name", "a.csv", "federationToken", 1)).json(201);
    gateway
        .objects()
        .put(
            gateway.objectBucket(),
            file.path("uploadParams").path("key").asString(),
            "id,price\n1,\n".getBytes(StandardCharsets.UTF_8),
            "text/csv");
    return id(file);
  }
}
