package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tickets, names, and what a run adds up to (chapter 2.1). */
class UtilitiesIT {
  private static final Gateway GATEWAY = Gateway.get();
  private final Client client = GATEWAY.limited();

  @Test
  void ticketsAreTextsOfGrowingNumbers() {
    JsonNode first = client.post("tickets", Map.of()).json(201).path("id");
    JsonNode second = client.post("tickets/", "application/json", new byte[0]).json(201).path("id");

    assertThat(first.isString()).isTrue();
    assertThat(Long.parseLong(second.asString())).isGreaterThan(Long.parseLong(first.asString()));
  }

  @Test
  void displayNameIsMadeOfAnyText() {
    assertThat(display("My Display Name")).isEqualTo("My-Display-Name");
    assertThat(display("__žluťoučký  kůň!")).isEqualTo("zlutoucky-kun-");
    assertThat(display("Straße æ ł đ")).isEqualTo("Strasse-ae-l-d");
    assertThat(display("ß")).isEqualTo("ss");
    assertThat(display("a_b-c")).isEqualTo("a_b-c");
    client
        .post("webalize/display-name", Map.of("displayName", "_-!"))
        .assertRefused(422, "storage.webalize.displayName.invalid");
    assertThat(client.post("webalize/display-name", Map.of()).json(422).path("error").asString())
        .isEqualTo("Filtered name \"\" should be valid name");
  }

  @Test
  void textThatIsNoNameIsRefusedAtOnce() {
    client
        .post("webalize/display-name", Map.of("displayName", "a" + "-".repeat(1_000_000) + "b"))
        .assertRefused(400, "storage.validation");
  }

  private String display(String text) {
    return client
        .post("webalize/display-name", Map.of("displayName", text))
        .json(200)
        .path("displayName")
        .asString();
  }

  @Test
  void columnNamesAreCleanedAsThoseOfFiles() {
    assertThat(
            client
                .post(
                    "webalize/column-names",
                    Map.of(
                        "columnNames",
                        List.of("ščř", "lot__of_____underscores", "_abc-def----ghi_", "ctid")))
                .json(200)
                .path("columnNames"))
        .extracting(JsonNode::asString)
        .containsExactly("scr", "lot__of_____underscores", "abc_def_ghi", "ctid_");
  }

  @Test
  void badColumnNamesAreToldOneByOne() {
    assertThat(
            client
                .post("validate/column-names", Map.of("columnNames", List.of("id", "a_b")))
                .status())
        .isEqualTo(204);
    assertThat(
            client
                .post(
                    "validate/column-names",
                    Map.of("columnNames", List.of("ok", "a b", "_timestamp", "x".repeat(65))))
                .json(422))
        .hasSize(3);
    assertThat(
            client
                .post("validate/column-names", Map.of("columnNames", List.of("b-c", "OID", "1")))
                .status())
        .isEqualTo(204);
    assertThat(
            client
                .post(
                    "validate/column-names",
                    Map.of("columnNames", List.of("", "oid", "_a", "a-", "é")))
                .json(422))
        .extracting(JsonNode::asString)
        .satisfiesExactly(
            empty -> assertThat(empty).contains("is empty"),
            system -> assertThat(system).contains("\"oid\"", "system column"),
            edge -> assertThat(edge).contains("\"_a\"", "begins or ends"),
            dash -> assertThat(dash).contains("\"a-\"", "begins or ends"),
            foreign -> assertThat(foreign).contains("\"é\"", "not allowed"));
    client.post("validate/column-names", Map.of()).assertRefused(400, "storage.validation");
  }

  @Test
  void statisticsAddUpARun() {
    String run = Gateway.unique("run");
    for (int i = 0; i < 2; i++) {
      client
          .inRun(run)
          .post(
              "files/prepare", Map.of("name", "a.csv", "federationToken", 1, "tags", List.of("t")))
          .json(201);
    }
    job(run, "in.c-main.users", "success");
    job(run, "in.c-main.users", "success");
    job(run, "in.c-main.other", "success");
    job(run, "in.c-main.users", "error");
    job(run + ".1", "in.c-main.users", "success");

    JsonNode sums = client.get("stats?runId=" + run).json(200);

    JsonNode loads = sums.path("tables").path("import");
    assertThat(loads.path("totalCount").asLong()).isEqualTo(3);
    assertThat(loads.path("other").asLong()).isZero();
    assertThat(loads.path("tables").path(0).path("id").asString()).isEqualTo("in.c-main.users");
    assertThat(loads.path("tables").path(0).path("count").asLong()).isEqualTo(2);
    assertThat(loads.path("tables").path(0).path("durationTotalSeconds").asDouble()).isEqualTo(3);
    assertThat(sums.path("tables").path("export").path("totalCount").asLong()).isZero();
    assertThat(sums.path("files").path("total").path("count").asLong()).isEqualTo(2);
    assertThat(sums.path("files").path("tags").path("tags").path(0).path("count").asLong())
        .isEqualTo(2);
    client.get("stats").assertRefused(400, "storage.validation");
  }

  @Test
  void filesOfARunCountWhenTheyAreRemovedAndNotWhenNobodyHasEverSeenThem() {
    String run = Gateway.unique("run");
    Client master = GATEWAY.master().inRun(run);
    TableOf table = TableOf.columns(GATEWAY, master, master.newBucket(), "id");
    long removed =
        master
            .post("files/prepare", Map.of("name", "a.csv", "federationToken", 1))
            .json(201)
            .path("id")
            .asLong();
    assertThat(master.delete("files/" + removed).status()).isEqualTo(204);

    master
        .post(table.path() + "/import", Map.of("dataString", "id\n1\n", "delimiter", "/t"))
        .assertRefused(400, "invalidCsv");

    assertThat(reserved(run)).as("what the refused call had brought").isEqualTo(1);
    JsonNode files = master.get("stats?runId=" + run).json(200).path("files");
    assertThat(files.path("total").path("count").asLong()).isEqualTo(1);
  }

  private static long reserved(String run) {
    return GATEWAY
        .jdbc()
        .sql("SELECT count(*) FROM stored_file WHERE run_id = :run AND NOT shown")
        .param("run", run)
        .query(Long.class)
        .single();
  }

  private static void job(String run, String table, String status) {
    GATEWAY
        .jdbc()
        .sql(
            """
            INSERT INTO job (project_id, token_description, operation, params, task, lock_mode, status, run_id, table_label,
                             created_at, started_at, ended_at)
            VALUES (12, '', 'tableImport', '{}', '{}', 'NONE', :status, :run, :table,
                    now(), now(), now() + interval '1.5 seconds')
            """)
        .param("status", status)
        .param("run", run)
        .param("table", table)
        .update();
  }
}
