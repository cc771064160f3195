package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.TableState;
import io.penstock.model.job.JobTask;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AliasesIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final Tenant TENANT = Tenant.in(GATEWAY, 1);

  private final Client master = TENANT.master();
  private String in = "";
  private String out = "";
  private String users = "";
  private long usersId;

  @BeforeAll
  static void database() throws SQLException {
    TENANT.database();
  }

  @BeforeEach
  void aTable() throws SQLException {
    in = master.newBucket();
    out = master.newBucket();
    usersId = TENANT.table(in, "users", "id", "name", "region");
    users = in + ".users";
    TENANT.rows(
        usersId,
        List.of("id", "name", "region"),
        List.of(List.of("1", "Ann", "eu"), List.of("2", "Bob", "us"), List.of("3", "Eve", "eu")));
  }

  private JsonNode alias(String name, Map<String, ?> more) {
    Map<String, Object> params = new HashMap<>(more);
    params.putIfAbsent("sourceTable", users);
    params.put("name", name);
    return master.post("buckets/" + out + "/table-aliases", params).json(201);
  }

  private String preview(Client client, String table, String query) {
    Client.Answer answer = client.get("tables/" + table + "/data-preview" + query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::asString).toList();
  }

  @Test
  void plainAliasMirrorsItsSource() {
    JsonNode alias = alias("all", Map.of());

    assertThat(alias.path("id").asString()).isEqualTo(out + ".all");
    assertThat(alias.path("isAlias").asBoolean()).isTrue();
    assertThat(alias.path("tableType").asString()).isEqualTo("alias");
    assertThat(alias.path("aliasColumnsAutoSync").asBoolean()).isTrue();
    assertThat(alias.has("aliasFilter")).isFalse();
    assertThat(alias.path("rowsCount").asLong()).isEqualTo(3);
    assertThat(alias.path("dataSizeBytes").asLong()).isEqualTo(8192);
    assertThat(alias.path("lastImportDate").asString()).isEqualTo("2030-01-02T10:00:00+0000");
    assertThat(texts(alias.path("primaryKey"))).containsExactly("id");
    assertThat(texts(alias.path("columns"))).containsExactly("id", "name", "region");
    JsonNode source = alias.path("sourceTable");
    assertThat(source.path("id").asString()).isEqualTo(users);
    assertThat(source.path("uri").asString())
        .isEqualTo("https://storage.test/v2/storage/tables/" + users);
    assertThat(source.path("isAlias").asBoolean()).isFalse();
    assertThat(source.path("project").path("id").asLong()).isEqualTo(TENANT.project());
    assertThat(source.path("columnMetadata").isObject()).isTrue();
    assertThat(master.get("tables/" + users).json(200).has("sourceTable")).isFalse();
    assertThat(master.get("buckets/" + out).json(200).path("rowsCount").asLong()).isZero();
    assertThat(TENANT.events(out + ".all")).containsExactly("storage.tableAliasCreated");
  }

  @Test
  void sourcesChangesAreSeenAtOnce() {
    alias("live", Map.of());
    alias("some", Map.of("aliasColumns", List.of("id", "region")));

    GATEWAY
        .jdbc()
        .sql(
            "UPDATE data_table SET columns = '{id,region,new}', rows_count = 9, last_import_at ="
                + " '2031-01-01T00:00:00Z' WHERE id = :id")
        .param("id", usersId)
        .update();

    JsonNode listed = master.get("buckets/" + out + "/tables?include=columns").json(200);
    assertThat(texts(listed.get(0).path("columns"))).containsExactly("id", "region", "new");
    assertThat(listed.get(0).path("rowsCount").asLong()).isEqualTo(9);
    assertThat(listed.get(0).path("lastImportDate").asString()).startsWith("2031-01-01");
    assertThat(texts(listed.get(1).path("columns"))).containsExactly("id", "region");
  }

  @Test
  void filteredAliasShowsItsRowsAndColumnsOnly() {
    JsonNode alias =
        alias(
            "eu",
            Map.of(
                "aliasColumns",
                List.of("name", "id"),
                "aliasFilter",
                Map.of("column", "region", "values", List.of("eu"))));

    assertThat(alias.path("rowsCount").isNull()).isTrue();
    assertThat(alias.path("dataSizeBytes").isNull()).isTrue();
    assertThat(alias.path("isAliasable").asBoolean()).isFalse();
    assertThat(alias.path("aliasColumnsAutoSync").asBoolean()).isFalse();
    assertThat(alias.path("aliasFilter").toString())
        .isEqualTo("{\"column\":\"region\",\"operator\":\"eq\",\"values\":[\"eu\"]}");
    Client reader = TENANT.client(false, false);
    TENANT.grant(reader, out, "READ");
    String eu = out + ".eu";
    assertThat(preview(reader, eu, "?orderBy[0][column]=id"))
        .isEqualTo("\"name\",\"id\"\n\"Ann\",\"1\"\n\"Eve\",\"3\"\n");
    assertThat(preview(reader, eu, "?whereColumn=id&whereValues[]=2"))
        .isEqualTo("\"name\",\"id\"\n");
    assertThat(preview(reader, eu, "?columns=id&changedSince=-1+hour"))
        .isEqualTo("\"id\"\n\"1\"\n");
    reader
        .get("tables/" + eu + "/data-preview?whereColumn=region&whereValues[]=us")
        .assertRefused(400, "storage.tables.columnNotExists");
    reader
        .get("tables/" + eu + "/data-preview?columns=region")
        .assertRefused(400, "storage.tables.columnNotExists");
    reader.get("tables/" + users + "/data-preview").assertRefused(403, "accessDenied");
  }

  @Test
  void exportOfAnAliasIsAnExportOfItsRoot() {
    alias("outer", Map.of());
    String inner =
        alias(
                "inner",
                Map.of(
                    "sourceTable",
                    out + ".outer",
                    "aliasFilter",
                    Map.of("column", "region", "operator", "ne", "values", List.of("us"))))
            .path("id")
            .asString();

    long job =
        master
            .post(
                "tables/" + inner + "/export-async",
                Map.of("whereColumn", "id", "whereValues", List.of("1")))
            .json(202)
            .path("id")
            .asLong();

    JobTask.ExportTable task = (JobTask.ExportTable) GATEWAY.worker().receive(job).task();
    assertThat(task.tableId()).isEqualTo(usersId);
    assertThat(task.ofProject()).isNull();
    assertThat(task.query().columns()).containsExactly("id", "name", "region");
    assertThat(task.query().filters())
        .containsExactly(
            new Filter("region", Operator.NE, List.of("us"), null),
            new Filter("id", Operator.EQ, List.of("1"), null));
  }

  @Test
  void creationIsCheckedAsTheContractSays() {
    String path = "buckets/" + out + "/table-aliases";
    alias("taken", Map.of());
    master
        .post(path, Map.of("sourceTable", users, "name", "taken"))
        .assertRefused(400, "storage.buckets.tableAlreadyExists");
    alias("filtered", Map.of("aliasFilter", Map.of("column", "id", "values", List.of("1"))));
    alias("narrow", Map.of("aliasColumns", List.of("id")));
    for (String partial : List.of("filtered", "narrow")) {
      master
          .post(path, Map.of("sourceTable", out + "." + partial, "name", "of-" + partial))
          .assertRefused(400, "storage.tables.validation");
    }
    master
        .post(
            path,
            Map.of(
                "sourceTable",
                users,
                "name",
                "x",
                "aliasFilter",
                Map.of("column", "nope", "values", List.of("1"))))
        .assertRefused(400, "storage.tables.columnNotExists");
    master
        .post(
            path, Map.of("sourceTable", users, "name", "x", "aliasFilter", Map.of("column", "id")))
        .assertRefused(400, "storage.tables.validation.invalidFilterValues");
    master
        .post(path, Map.of("sourceTable", users, "name", "x", "aliasColumns", List.of("nope")))
        .assertRefused(400, "storage.tables.columnNotExists");
    master
        .post(path, Map.of("sourceTable", in + ".nope", "name", "x"))
        .assertRefused(404, "storage.tables.notFound");
    for (Map<String, Object> none :
        List.<Map<String, Object>>of(Map.of(), Map.of("sourceTable", ""))) {
      master.post(path, none).assertRefused(400, "storage.validation");
    }
    master
        .post(path, Map.of("name", "x", "selectSql", "SELECT 1"))
        .assertRefused(501, "notImplemented");
    Client writer = TENANT.client(false, false);
    TENANT.grant(writer, out, "WRITE");
    writer.post(path, Map.of("sourceTable", users, "name", "x")).assertRefused(403, "accessDenied");
    TENANT.grant(writer, in, "READ");
    assertThat(writer.post(path, Map.of("sourceTable", users, "name", "x")).status())
        .isEqualTo(201);
  }

  @Test
  void eventsOfAnAliasAreThoseOfItsSourcesToo() {
    alias("a", Map.of());
    alias("b", Map.of("sourceTable", out + ".a"));

    master.get("tables/" + out + ".b/events").json(200);
    assertThat(searched("orObjectIds")).containsExactlyInAnyOrder(out + ".a", users);
    master.get("tables/" + users + "/events").json(200);
    assertThat(searched("orObjectIds")).isEmpty();

    Client reader = TENANT.client(false, false);
    TENANT.grant(reader, out, "READ");
    reader.get("tables/" + out + ".b/events").json(200);
    assertThat(searched("orObjectIds")).as("what the reader may read").containsExactly(out + ".a");
  }

  private static List<String> searched(String member) {
    return Json.mapper()
        .readTree(GATEWAY.lastSearch.get())
        .path("where")
        .path(member)
        .valueStream()
        .map(JsonNode::asString)
        .toList();
  }

  @Test
  void filterIsMergedAndRemoved() {
    alias("eu", Map.of("aliasFilter", Map.of("column", "region", "values", List.of("eu"))));
    String path = "tables/" + out + ".eu/alias-filter";

    JsonNode changed = master.post(path, Map.of("values", List.of("us"))).json(200);

    assertThat(changed.path("aliasFilter").toString())
        .isEqualTo("{\"column\":\"region\",\"operator\":\"eq\",\"values\":[\"us\"]}");
    assertThat(preview(master, out + ".eu", "?columns=id")).isEqualTo("\"id\"\n\"2\"\n");
    assertThat(master.delete(path).status()).isEqualTo(204);
    JsonNode open = master.get("tables/" + out + ".eu").json(200);
    assertThat(open.has("aliasFilter")).isFalse();
    assertThat(open.path("rowsCount").asLong()).isEqualTo(3);
    assertThat(TENANT.events(out + ".eu"))
        .filteredOn(event -> event.startsWith("storage.tableAlias"))
        .containsExactly(
            "storage.tableAliasCreated",
            "storage.tableAliasFilterUpdated",
            "storage.tableAliasFilterUpdated");
    alias("of-eu", Map.of("sourceTable", out + ".eu"));
    master
        .post(path, Map.of("column", "region", "values", List.of("us")))
        .assertRefused(400, "storage.dependentObjects");
    master
        .post("tables/" + users + "/alias-filter", Map.of("column", "id", "values", List.of("1")))
        .assertRefused(400, "storage.tables.validation");
  }

  @Test
  void columnsAreFixedAddedRemovedAndFollowAgain() {
    String alias = alias("cols", Map.of("aliasColumns", List.of("id"))).path("id").asString();

    JsonNode job = master.post("tables/" + alias + "/columns", Map.of("name", "name")).json(202);
    assertThat(job.path("operationName").asString()).isEqualTo("tableColumnAdd");
    assertThat(Worker.finished(master, job.path("id").asLong()).path("status").asString())
        .isEqualTo("success");
    assertThat(columns(alias)).containsExactly("id", "name");
    master
        .post("tables/" + alias + "/columns", Map.of("name", "name"))
        .assertRefused(400, "storage.tables.columnAlreadyExists");
    master
        .post("tables/" + alias + "/columns", Map.of("name", "nope"))
        .assertRefused(400, "storage.tables.columnNotExists");
    master.delete("tables/" + alias + "/columns/id").json(202);
    assertThat(columns(alias)).containsExactly("name");
    assertThat(texts(master.get("tables/" + alias).json(200).path("primaryKey"))).isEmpty();
    master
        .delete("tables/" + alias + "/columns/name")
        .assertRefused(400, "storage.tables.validation");

    assertThat(master.post("tables/" + alias + "/alias-columns-auto-sync", Map.of()).status())
        .isEqualTo(204);
    assertThat(columns(alias)).containsExactly("id", "name", "region");
    master
        .post("tables/" + alias + "/columns", Map.of("name", "x"))
        .assertRefused(400, "storage.tables.validation");
    assertThat(master.delete("tables/" + alias + "/alias-columns-auto-sync").status())
        .isEqualTo(204);
    JsonNode fixed = master.get("tables/" + alias).json(200);
    assertThat(fixed.path("aliasColumnsAutoSync").asBoolean()).isFalse();
    assertThat(texts(fixed.path("columns"))).containsExactly("id", "name", "region");
  }

  @Test
  void whoeverMayNotReadTheSourceSeesNoMoreOfItThanTheAliasShows() {
    String alias =
        alias(
                "eu",
                Map.of(
                    "aliasColumns",
                    List.of("id", "name"),
                    "aliasFilter",
                    Map.of("column", "region", "values", List.of("eu"))))
            .path("id")
            .asString();
    String before = preview(master, alias, "");
    Client writer = TENANT.client(false, false);
    TENANT.grant(writer, out, "WRITE");
    String path = "tables/" + alias;

    writer
        .post(path + "/alias-filter", Map.of("values", List.of("us")))
        .assertRefused(403, "accessDenied");
    writer.delete(path + "/alias-filter").assertRefused(403, "accessDenied");
    writer.post(path + "/alias-columns-auto-sync", Map.of()).assertRefused(403, "accessDenied");
    writer.post(path + "/columns", Map.of("name", "region")).assertRefused(403, "accessDenied");

    assertThat(preview(master, alias, "")).isEqualTo(before);
    writer.delete(path + "/columns/name").json(202);
    assertThat(columns(alias)).containsExactly("id");
    TENANT.grant(writer, in, "READ");
    writer.post(path + "/columns", Map.of("name", "region")).json(202);
    Client.Answer removed = writer.delete(path + "/alias-filter");
    assertThat(removed.status()).isEqualTo(204);
    assertThat(objectOf(removed)).isEqualTo(alias);
  }

  /** What the call's record says that it was about. */
  private static String objectOf(Client.Answer answer) {
    return GATEWAY
        .jdbc()
        .sql("SELECT body::jsonb #>> '{object,id}' FROM outbox_record WHERE id = CAST(:id AS uuid)")
        .param("id", answer.response().headers().firstValue("X-Penstock-Record-Id").orElseThrow())
        .query(String.class)
        .single();
  }

  private List<String> columns(String table) {
    return texts(master.get("tables/" + table).json(200).path("columns"));
  }

  @Test
  void unlinkedAliasIsAnEmptyTableOnceItsWorkerHasMadeIt() {
    String alias =
        alias("own", Map.of("aliasColumns", List.of("id", "name"))).path("id").asString();
    master.delete("tables/" + users + "?unlink=1").assertRefused(400, "storage.tables.validation");
    master.delete("tables/" + users + "?unlink").assertRefused(400, "storage.tables.validation");

    long job = master.delete("tables/" + alias + "?unlink&async=1").json(202).path("id").asLong();
    JobMessage message = GATEWAY.worker().receive(job);
    assertThat(master.get("tables/" + alias).json(200).path("isAlias").asBoolean()).isTrue();
    JobTask.DefineTable task = (JobTask.DefineTable) message.task();
    assertThat(task.columns())
        .containsExactly(
            new JobTask.DefinedColumn("id", null), new JobTask.DefinedColumn("name", null));
    assertThat(task.primaryKey()).containsExactly("id");
    GATEWAY
        .worker()
        .changed(
            message,
            new TableState(
                task.tableId(), 1, List.of("id", "name"), List.of("id"), 0, 0, null, false));
    Worker.finished(master, job);

    JsonNode table = master.get("tables/" + alias).json(200);
    assertThat(table.path("isAlias").asBoolean()).isFalse();
    assertThat(table.has("sourceTable")).isFalse();
    assertThat(table.path("rowsCount").asLong(-1)).isZero();
    assertThat(master.delete("tables/" + users).status()).isEqualTo(204);
  }

  @Test
  void aliasWithoutAnyOfItsColumnsShowsNothing() {
    String alias = alias("lost", Map.of("aliasColumns", List.of("region"))).path("id").asString();
    GATEWAY
        .jdbc()
        .sql("UPDATE data_table SET columns = '{id,name}' WHERE id = :id")
        .param("id", usersId)
        .update();

    assertThat(columns(alias)).isEmpty();
    for (String path : List.of("data-preview", "export", "data-preview?columns=region")) {
      master
          .get("tables/" + alias + "/" + path)
          .assertRefused(400, "storage.tables.columnNotExists");
    }
    master
        .post("tables/" + alias + "/export-async", Map.of())
        .assertRefused(400, "storage.tables.columnNotExists");
    master
        .delete("tables/" + alias + "?unlink=1&async=1")
        .assertRefused(400, "storage.tables.columnNotExists");
  }

  @Test
  void aliasNamesNoColumnThatAWaitingJobTakesAway() {
    String path = "buckets/" + out + "/table-aliases";
    String some = alias("some", Map.of("aliasColumns", List.of("id"))).path("id").asString();
    alias("all", Map.of());
    long drop = master.delete("tables/" + users + "/columns/region").json(202).path("id").asLong();

    master
        .post(path, Map.of("sourceTable", users, "name", "x", "aliasColumns", List.of("region")))
        .assertRefused(400, "storage.tables.validation");
    master
        .post(
            path,
            Map.of(
                "sourceTable",
                out + ".all",
                "name",
                "x",
                "aliasFilter",
                Map.of("column", "region", "values", List.of("eu"))))
        .assertRefused(400, "storage.tables.validation");
    master
        .post("tables/" + some + "/columns", Map.of("name", "region"))
        .assertRefused(400, "storage.tables.validation");
    master
        .post("tables/" + some + "/alias-filter", Map.of("column", "region", "values", "eu"))
        .assertRefused(400, "storage.tables.validation");
    master
        .delete("tables/" + out + ".all/alias-columns-auto-sync")
        .assertRefused(400, "storage.tables.validation");
    master.post("tables/" + some + "/columns", Map.of("name", "name")).json(202);
    alias("other", Map.of("aliasColumns", List.of("id", "name")));

    GATEWAY
        .worker()
        .failed(
            GATEWAY.worker().receive(drop),
            new JobOutcome.JobError("internalError", "m", "e", Map.of()));
    Worker.finished(master, drop);
    alias("x", Map.of("aliasColumns", List.of("region")));
  }

  @Test
  void thereIsNoAliasOfOneThatBecomesATable() {
    String alias = alias("own", Map.of()).path("id").asString();
    long job = master.delete("tables/" + alias + "?unlink=1&async=1").json(202).path("id").asLong();

    master
        .post("buckets/" + out + "/table-aliases", Map.of("sourceTable", alias, "name", "x"))
        .assertRefused(400, "storage.tables.validation");

    JobMessage message = GATEWAY.worker().receive(job);
    long id = ((JobTask.DefineTable) message.task()).tableId();
    GATEWAY
        .worker()
        .changed(
            message,
            new TableState(
                id, 1, List.of("id", "name", "region"), List.of("id"), 0, 0, null, false));
    Worker.finished(master, job);
    alias("x", Map.of("sourceTable", alias));
    assertThat(master.get("tables/" + out + ".x").json(200).path("rowsCount").asLong(-1)).isZero();
  }

  @Test
  void nothingIsWrittenIntoAnAlias() {
    String alias = alias("ro", Map.of()).path("id").asString();

    master
        .post("tables/" + alias + "/import-async", Map.of("dataFileId", 1))
        .assertRefused(400, "storage.tables.aliasImportNotAllowed");
    master
        .delete("tables/" + alias + "/rows?allowTruncate=1")
        .assertRefused(400, "storage.tables.aliasRowsDeleteNotAllowed");
    master
        .post("tables/" + alias + "/primary-key", Map.of("columns", List.of("id")))
        .assertRefused(400, "storage.tables.aliasImportNotAllowed");
    master
        .delete("tables/" + alias + "/primary-key")
        .assertRefused(400, "storage.tables.aliasImportNotAllowed");
    master
        .post("tables/" + alias + "/undo-import", Map.of())
        .assertRefused(400, "storage.tables.aliasImportNotAllowed");
  }

  @Test
  void sourceKeepsWhatItsAliasesName() {
    alias("eu", Map.of("aliasFilter", Map.of("column", "region", "values", List.of("eu"))));
    alias("named", Map.of("aliasColumns", List.of("id", "name")));
    alias("one", Map.of("aliasFilter", Map.of("column", "id", "values", List.of("1"))));

    for (String column : List.of("region", "name")) {
      master
          .delete("tables/" + users + "/columns/" + column + "?force=1")
          .assertRefused(400, "storage.tables.cannotDeleteReferencedColumn");
    }
    master
        .delete("tables/" + users + "/primary-key")
        .assertRefused(400, "storage.tables.cannotRemoveReferencedColumnFromPrimaryKey");
  }

  @Test
  void refusalNamesNoAliasThatTheCallerMayNotRead() {
    alias("hidden", Map.of());
    Client writer = TENANT.client(false, false);
    TENANT.grant(writer, in, "WRITE");

    Client.Answer refusal = writer.delete("tables/" + users);

    refusal.assertRefused(400, "storage.dependentObjects");
    assertThat(refusal.body()).doesNotContain("hidden").doesNotContain(out);
    assertThat(master.delete("tables/" + users).body()).contains(out + ".hidden");
  }

  @Test
  void sourceGoesByForceOnlyAndTakesItsAliasesAlong() {
    alias("a", Map.of());
    alias("b", Map.of("sourceTable", out + ".a"));

    master.delete("tables/" + users).assertRefused(400, "storage.dependentObjects");
    master.delete("tables/" + users + "?async=1").assertRefused(400, "storage.dependentObjects");
    master.delete("buckets/" + in).assertRefused(400, "buckets.deleteNotEmpty");
    master.delete("buckets/" + in + "?async=1").assertRefused(400, "buckets.deleteNotEmpty");
    master.delete("buckets/" + in + "?force=1").assertRefused(400, "storage.dependentObjects");
    assertThat(
            master.get("tables/" + out + ".b").json(200).path("sourceTable").path("id").asString())
        .isEqualTo(out + ".a");
    assertThat(master.delete("tables/" + users + "?force=1").status()).isEqualTo(204);

    for (String gone : List.of(users, out + ".a", out + ".b")) {
      master.get("tables/" + gone).assertRefused(404, "storage.tables.notFound");
      assertThat(TENANT.events(gone)).contains("storage.tableDeleted");
    }
    assertThat(master.delete("buckets/" + in).status()).isEqualTo(204);
  }

  @Test
  void aliasGoesAloneAndItsBucketWithIt() {
    alias("a", Map.of());

    assertThat(master.delete("tables/" + out + ".a").status()).isEqualTo(204);
    alias("a", Map.of());
    master.delete("buckets/" + out).assertRefused(400, "buckets.deleteNotEmpty");
    assertThat(master.delete("buckets/" + out + "?force=1").status()).isEqualTo(204);

    assertThat(preview(master, users, "?columns=id&limit=1")).isEqualTo("\"id\"\n\"1\"\n");
  }
}
