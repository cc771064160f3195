package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.DefineTable;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.TableChange.AddColumn;
import io.penstock.model.job.JobTask.TableChange.AddPrimaryKey;
import io.penstock.model.job.JobTask.TableChange.DeleteRows;
import io.penstock.model.job.JobTask.TableChange.DropColumn;
import io.penstock.model.job.JobTask.TableChange.DropPrimaryKey;
import io.penstock.model.job.JobTask.TableChange.Optimise;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.DataType;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Columns, primary key, rows and optimisation as clients ask for them. */
class StructureIT {
  private static final Instant LOADED = Instant.parse("2020-01-01T00:00:00Z");
  private static final String JSON = "application/json";
  private static final String FORM = "application/x-www-form-urlencoded";

  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final Worker worker = gateway.worker();
  private String bucket = "";
  private String table = "";
  private long tableId;
  private long sequence = 1;

  @BeforeEach
  void tableWithColumnsIdAndName() {
    bucket = master.newBucket();
    JsonNode job =
        master
            .post("buckets/" + bucket + "/tables-async", Map.of("name", "t", "dataFileId", file()))
            .json(202);
    table = bucket + ".t";
    JobMessage message = worker.receive(id(job));
    tableId = ((LoadTable) message.task()).tableId();
    worker.loaded(message, tableId, 1, LOADED);
    Worker.finished(master, id(job));
  }

  @Test
  void columnIsAddedByAJobAndSeenWithItsSuccess() {
    JsonNode accepted = post("columns", Map.of("name", "Věk (let)")).json(202);

    assertThat(accepted.path("operationName").asString()).isEqualTo("tableColumnAdd");
    assertThat(accepted.path("operationParams").path("name").asString()).isEqualTo("Vek_let");
    assertThat(accepted.path("tableId").asString()).isEqualTo(table);
    assertThat(ended(accepted, List.of("id", "name", "Vek_let"), List.of("id")))
        .isEqualTo(new AddColumn(tableId, table, "Vek_let"));
    JsonNode detail = detail();
    assertThat(detail.path("columns"))
        .extracting(JsonNode::asString)
        .containsExactly("id", "name", "Vek_let");
    assertThat(detail.path("lastImportDate").asString()).isEqualTo("2020-01-01T00:00:00+0000");
    assertThat(detail.path("lastChangeDate").asString())
        .as("a change of structure is a change, but no import")
        .isGreaterThan("2020-01-01T00:00:00+0000");
    assertThat(events()).contains("storage.tableColumnAdded");
  }

  @Test
  void columnNamesAreChecked() {
    refused(post("columns", Map.of()), 400, "storage.tables.invalidColumnName");
    refused(post("columns", Map.of("name", "-- ")), 400, "storage.tables.invalidColumnName");
    refused(post("columns", Map.of("name", "_Timestamp")), 400, "storage.tables.invalidColumnName");
    refused(
        post("columns", Map.of("name", "x".repeat(65))), 400, "storage.tables.invalidColumnName");
    refused(post("columns", Map.of("name", List.of("x"))), 400, "storage.validation");
    refused(post("columns", Map.of("name", "NAME")), 400, "storage.tables.columnAlreadyExists");
    assertThat(post("columns/", Map.of("name", "definition", "definition", Map.of())).status())
        .as("an untyped table takes no notice of types")
        .isEqualTo(202);
  }

  @Test
  void columnOfATypedTableNeedsItsType() {
    ColumnType id = new ColumnType(BaseType.INTEGER, null, false, null);
    ColumnType price = new ColumnType(BaseType.NUMERIC, "10,2", true, "0", "DECIMAL");
    JsonNode defined =
        master
            .post(
                "buckets/" + bucket + "/tables-definition",
                Map.of(
                    "name",
                    "typed",
                    "columns",
                    List.of(Map.of("name", "id", "basetype", "INTEGER"))))
            .json(202);
    JobMessage message = worker.receive(id(defined));
    long typed = ((DefineTable) message.task()).tableId();
    worker.changed(message, typedState(typed, 1, List.of("id"), List.of(id)));
    Worker.finished(master, id(defined));
    String path = "tables/" + bucket + ".typed/columns";

    refused(master.post(path, Map.of("name", "price")), 400, "storage.tables.validation");
    refused(
        master.post(path, Map.of("name", "price", "basetype", "MONEY")),
        400,
        "storage.tables.validation");
    refused(
        master.post(
            path,
            Map.of("name", "price", "definition", Map.of("type", "DECIMAL", "nullable", false))),
        400,
        "storage.tables.validation");
    JsonNode accepted =
        master
            .post(
                path,
                Map.of(
                    "name",
                    "price",
                    "definition",
                    Map.of("type", "DECIMAL", "length", "10,2", "default", "0")))
            .json(202);
    assertThat(accepted.path("operationParams").path("basetype").asString()).isEqualTo("NUMERIC");
    JobMessage adding = worker.receive(id(accepted));
    assertThat(adding.task()).isEqualTo(new AddColumn(typed, bucket + ".typed", "price", price));
    worker.changed(adding, typedState(typed, 2, List.of("id", "price"), List.of(id, price)));
    Worker.finished(master, id(accepted));

    JsonNode column =
        master
            .get("tables/" + bucket + ".typed")
            .json(200)
            .path("definition")
            .path("columns")
            .get(1);
    assertThat(column.path("definition").path("length").asString()).isEqualTo("10,2");
  }

  private static TableState typedState(
      long table, long number, List<String> columns, List<ColumnType> types) {
    return new TableState(table, number, columns, List.of(), 3, 8192, LOADED, false, types);
  }

  @Test
  void columnIsDeletedByAJob() {
    JsonNode accepted = delete("columns/name?force=1").json(202);

    assertThat(accepted.path("operationName").asString()).isEqualTo("tableColumnDelete");
    assertThat(accepted.path("operationParams").path("name").asString()).isEqualTo("name");
    assertThat(accepted.path("operationParams").path("force").asBoolean()).isTrue();
    assertThat(ended(accepted, List.of("id"), List.of("id")))
        .isEqualTo(new DropColumn(tableId, table, "name"));
    assertThat(job(accepted).path("results").isNull()).isTrue();
    assertThat(detail().path("columns")).extracting(JsonNode::asString).containsExactly("id");
    assertThat(events()).contains("storage.tableColumnDeleted");
  }

  @Test
  void columnsThatMustStayAreRefused() {
    refused(delete("columns/nope"), 404, "storage.tables.columnNotExists");
    refused(delete("columns/NAME"), 404, "storage.tables.columnNotExists");
    refused(delete("columns/a%2Fb%22%27%25"), 404, "storage.tables.columnNotExists");
    refused(delete("columns/id"), 400, "storage.tables.cannotDeletePrimaryKeyColumn");
    ended(delete("primary-key").json(202), List.of("id"), List.of());

    refused(delete("columns/id"), 400, "storage.tables.validation");
  }

  @Test
  void primaryKeyGoesAndComes() {
    JsonNode gone = delete("primary-key").json(202);
    assertThat(gone.path("operationName").asString()).isEqualTo("tablePrimaryKeyDelete");
    assertThat(ended(gone, List.of("id", "name"), List.of()))
        .isEqualTo(new DropPrimaryKey(tableId, table));
    assertThat(detail().path("primaryKey")).isEmpty();

    refused(post("primary-key", Map.of()), 400, "storage.validation.primaryKey");
    refused(
        post("primary-key", Map.of("columns", List.of())), 400, "storage.validation.primaryKey");
    refused(
        post("primary-key", Map.of("columns", List.of("id", "ID"))),
        400,
        "storage.validation.primaryKey");
    refused(post("primary-key", Map.of("columns", "id,id")), 400, "storage.validation.primaryKey");

    JsonNode made =
        post("primary-key", Map.of("columns", List.of("name", "id"), "skipDuplicatesCheck", true))
            .json(202);
    assertThat(made.path("operationName").asString()).isEqualTo("tablePrimaryKeyAdd");
    assertThat(made.path("operationParams").path("columns"))
        .extracting(JsonNode::asString)
        .containsExactly("name", "id");
    assertThat(ended(made, List.of("id", "name"), List.of("name", "id")))
        .isEqualTo(new AddPrimaryKey(tableId, table, List.of("name", "id")));
    assertThat(detail().path("primaryKey"))
        .extracting(JsonNode::asString)
        .containsExactly("name", "id");
    assertThat(events()).contains("storage.tablePrimaryKeyDeleted", "storage.tablePrimaryKeyAdded");
    refused(
        post("primary-key", Map.of("columns", "id")),
        400,
        "storage.tables.primaryKeyAlreadyExists");
  }

  @Test
  void duplicatesAreTheJobsErrorAndLeaveTheTableAsItWas() {
    ended(delete("primary-key").json(202), List.of("id", "name"), List.of());
    JsonNode accepted = post("primary-key", Map.of("columns", "id")).json(202);
    String text = "Cannot create new primary key, duplicate values in primary key columns";

    worker.failed(
        worker.receive(id(accepted)),
        new JobError("storage.tables.primaryKeyDuplicateValues", text, "e-1", Map.of()));

    JsonNode failed = Worker.finished(master, id(accepted));
    assertThat(failed.path("error").path("code").asString())
        .isEqualTo("storage.tables.primaryKeyDuplicateValues");
    assertThat(failed.path("error").path("message").asString()).isEqualTo(text);
    assertThat(detail().path("primaryKey")).isEmpty();
    assertThat(events()).contains("storage.tablePrimaryKeyAddError");
  }

  @Test
  void rowsAreChosenAlikeByQueryFormMultipartAndJson() {
    TableQuery chosen = rowsOf(new Filter("name", Operator.EQ, List.of("a,b", "c"), null));
    String query = "whereColumn=name&whereValues[]=a%2Cb&whereValues[]=c";
    String multipart =
        """
        --b\r
        Content-Disposition: form-data; name="whereColumn"\r
        \r
        name\r
        --b\r
        Content-Disposition: form-data; name="whereValues[]"\r
        \r
        a,b\r
        --b\r
        Content-Disposition: form-data; name="whereValues[]"\r
        \r
        c\r
        --b--\r
        """;

    assertThat(asked(delete("rows?" + encoded(query)))).isEqualTo(chosen);
    assertThat(asked(delete("rows/", FORM, query))).isEqualTo(chosen);
    assertThat(asked(delete("rows", "multipart/form-data; boundary=b", multipart)))
        .isEqualTo(chosen);
    assertThat(asked(json(Map.of("whereColumn", "name", "whereValues", List.of("a,b", "c")))))
        .isEqualTo(chosen);
    assertThat(asked(delete("rows?" + encoded(query), JSON, "{}"))).isEqualTo(chosen);
    assertThat(events()).contains("storage.tableRowsDeleted");
  }

  @Test
  void rowsAreChosenByTimesAndTypedFilters() {
    assertThat(asked(delete("rows?changedSince=2020-01-01T00:00:00Z&changedUntil=1600000000")))
        .isEqualTo(
            new TableQuery(
                List.of(),
                List.of(),
                List.of(),
                LOADED,
                Instant.ofEpochSecond(1_600_000_000),
                null,
                false));
    assertThat(asked(delete("rows?days=3")).changedSince()).isBefore(Instant.now());
    assertThat(
            asked(
                json(
                    Map.of(
                        "columns",
                        "name",
                        "whereFilters",
                        List.of(
                            Map.of(
                                "column",
                                "id",
                                "operator",
                                "ge",
                                "values",
                                List.of("5"),
                                "dataType",
                                "INTEGER"),
                            Map.of("column", "name", "operator", "ne", "values", List.of("x")))))))
        .isEqualTo(
            rowsOf(
                new Filter("id", Operator.GE, List.of("5"), DataType.INTEGER),
                new Filter("name", Operator.NE, List.of("x"), null)));
  }

  @Test
  void deletedRowsAreToldAndTheCountsAreRight() {
    JsonNode accepted = delete("rows?whereColumn=name&whereValues=x").json(202);
    assertThat(accepted.path("operationName").asString()).isEqualTo("tableRowsDelete");
    assertThat(accepted.path("operationParams").path("whereColumn").asString()).isEqualTo("name");

    worker.deleted(
        worker.receive(id(accepted)), state(2, List.of("id", "name"), List.of("id"), 2), 3);

    JsonNode finished = Worker.finished(master, id(accepted));
    assertThat(finished.path("results").toString()).isEqualTo("{\"deletedRows\":3}");
    assertThat(detail().path("rowsCount").asLong()).isEqualTo(2);
    assertThat(master.get("buckets/" + bucket).json(200).path("rowsCount").asLong()).isEqualTo(2);
  }

  @Test
  void wholeTableIsEmptiedOnlyWhenThatIsMeant() {
    String unintended = "storage.tables.validation.unintendedTruncation";
    refused(json(Map.of()), 400, unintended);
    refused(delete("rows", JSON, ""), 400, unintended);
    refused(json(Map.of("allowTruncate", false, "whereFilters", List.of())), 400, unintended);
    refused(
        delete("rows?whereValues[]=x".replace("[]", "%5B%5D")), 400, "storage.tables.validation");

    refused(delete("rows?limit=1"), 400, "storage.tables.validation");
    refused(delete("rows?fulltextSearch=x"), 400, "storage.tables.validation");

    assertThat(asked(json(Map.of("allowTruncate", true))).choosesAllRows()).isTrue();
    assertThat(asked(delete("rows?allowTruncate=1", JSON, "{}")).choosesAllRows()).isTrue();
    assertThat(asked(delete("rows")).choosesAllRows()).as("a client of old").isTrue();
    assertThat(asked(delete("rows", FORM, "")).choosesAllRows()).isTrue();
  }

  @Test
  void filtersOfDeletionsAreChecked() {
    refused(delete("rows?whereColumn=name"), 400, "storage.tables.validation.invalidFilterValues");
    refused(delete("rows?whereColumn=x&whereValues=1"), 400, "storage.tables.columnNotExists");
    refused(
        json(Map.of("whereFilters", List.of(Map.of("column", "x", "values", List.of("1"))))),
        400,
        "storage.tables.columnNotExists");
    refused(
        json(
            Map.of(
                "whereFilters",
                List.of(Map.of("column", "id", "operator", "gt", "values", List.of("1", "2"))))),
        400,
        "storage.tables.validation.invalidFilterValues");
    refused(
        json(
            Map.of("whereFilters", List.of(Map.of("column", "id", "valuesByTableInWorkspace", 1)))),
        501,
        "notImplemented");
    refused(
        delete("rows?whereColumn=name&whereOperator=like&whereValues=1"),
        400,
        "storage.tables.validation");
    refused(
        delete("rows?changedSince=tomorrowish"), 400, "storage.tables.validation.invalidDateTime");
    refused(json(Map.of("allowTruncate", "perhaps")), 400, "storage.validation");
    refused(
        json(
            Map.of(
                "whereColumn", "name", "whereValues", java.util.Collections.nCopies(70_000, ""))),
        400,
        "storage.tables.validation");
    refused(delete("rows", JSON, "{"), 400, "malformedRequest");
    refused(delete("rows", "text/plain", "x"), 400, "malformedRequest");
  }

  @Test
  void tableIsOptimised() {
    JsonNode accepted = post("optimize", Map.of()).json(202);
    assertThat(accepted.path("operationName").asString()).isEqualTo("tableOptimize");

    JobMessage message = worker.receive(id(accepted));
    worker.succeeded(message);

    assertThat(message.task()).isEqualTo(new Optimise(tableId, table));
    assertThat(Worker.finished(master, id(accepted)).path("results").isNull()).isTrue();
    assertThat(events()).contains("storage.tableOptimized");
  }

  @Test
  void changeOfStructureStandsAgainstUndoingTheLoadBefore() {
    JsonNode load = post("import-async", Map.of("dataFileId", file())).json(202);
    worker.loaded(worker.receive(id(load)), tableId, 2, LOADED.plusSeconds(60));
    Worker.finished(master, id(load));
    JsonNode optimised = post("optimize", Map.of()).json(202);
    worker.succeeded(worker.receive(id(optimised)));
    Worker.finished(master, id(optimised));
    JsonNode added = post("columns", Map.of("name", "more")).json(202);
    worker.changed(
        worker.receive(id(added)), state(3, List.of("id", "name", "more"), List.of("id"), 5));
    Worker.finished(master, id(added));

    Client.Answer refused = post("undo-import", Map.of());

    refused.assertRefused(400, "storage.tables.importNotUndoable");
    assertThat(refused.json().path("error").asString())
        .contains("job " + id(added) + " (tableColumnAdd)")
        .doesNotContain("tableOptimize");
  }

  @Test
  void writingTheBucketIsNeededAndNothingHappensWithoutIt() {
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");
    Client writer = gateway.limited();
    gateway.grant(writer, bucket, "WRITE");
    Map<String, BiFunction<Client, String, Client.Answer>> calls =
        Map.of(
            "columns", (client, path) -> client.post(path, Map.of("name", "more")),
            "columns/name", Client::delete,
            "primary-key", Client::delete,
            "rows", Client::delete,
            "optimize", (client, path) -> client.post(path, Map.of()));

    calls.forEach(
        (route, call) -> {
          refused(call.apply(gateway.limited(), path(route)), 403, "accessDenied");
          refused(call.apply(reader, path(route)), 403, "accessDenied");
          refused(
              call.apply(master, "tables/" + bucket + ".nope/" + route),
              404,
              "storage.tables.notFound");
        });
    refused(reader.post(path("primary-key"), Map.of("columns", "id")), 403, "accessDenied");
    assertThat(
            gateway
                .jdbc()
                .sql("SELECT count(*) FROM job WHERE table_id = :id AND operation <> 'tableCreate'")
                .param("id", tableId)
                .query(Long.class)
                .single())
        .isZero();
    calls.forEach(
        (route, call) -> assertThat(call.apply(writer, path(route)).status()).isEqualTo(202));
  }

  private Client.Answer post(String route, Map<String, ?> body) {
    return master.post(path(route), body);
  }

  private Client.Answer delete(String route) {
    return master.delete(path(route));
  }

  private Client.Answer delete(String route, String contentType, String body) {
    return master.delete(path(route), contentType, body);
  }

  private Client.Answer json(Map<String, ?> body) {
    return delete("rows", JSON, Json.write(body));
  }

  private String path(String route) {
    return "tables/" + table + "/" + route;
  }

  private static String encoded(String query) {
    return query.replace("[", "%5B").replace("]", "%5D");
  }

  private static void refused(Client.Answer answer, int status, String code) {
    answer.assertRefused(status, code);
  }

  /** Ends the deletion without a change; returns which rows were meant. */
  private TableQuery asked(Client.Answer answer) {
    JobMessage message = worker.receive(id(answer.json(202)));
    worker.succeeded(message);
    Worker.finished(master, message.jobId());
    return ((DeleteRows) message.task()).query();
  }

  private static TableQuery rowsOf(Filter... filters) {
    return new TableQuery(List.of(), List.of(filters), List.of(), null, null, null, false);
  }

  /** Ends the job as a worker does that made the table so; returns what it was told. */
  private JobTask ended(JsonNode accepted, List<String> columns, List<String> key) {
    JobMessage message = worker.receive(id(accepted));
    worker.changed(message, state(++sequence, columns, key, 5));
    assertThat(job(accepted).path("status").asString()).isEqualTo("success");
    return message.task();
  }

  private TableState state(long number, List<String> columns, List<String> key, long rows) {
    return new TableState(tableId, number, columns, key, rows, 8192, LOADED, false);
  }

  private JsonNode job(JsonNode accepted) {
    return Worker.finished(master, id(accepted));
  }

  private JsonNode detail() {
    return master.get("tables/" + table).json(200);
  }

  private List<String> events() {
    return gateway
        .jdbc()
        .sql(
            "SELECT body::jsonb ->> 'operation' FROM outbox_record WHERE body::jsonb -> 'object'"
                + " ->> 'id' = :id")
        .param("id", table)
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
            "id\n1\n".getBytes(StandardCharsets.UTF_8),
            "text/csv");
    return id(file);
  }
}
