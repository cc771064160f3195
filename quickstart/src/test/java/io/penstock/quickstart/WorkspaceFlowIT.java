package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A workspace on the whole platform, used by a plain JDBC client. */
class WorkspaceFlowIT {
  @TempDir Path directory = Path.of("");

  @Test
  void tableGoesThroughAWorkspaceAndBack() throws Exception {
    try (TestPlatform platform = TestPlatform.start(directory)) {
      Api api = platform.api();
      api.post(201, "buckets", Map.of("name", "shop", "stage", "in"));
      long file = Uploads.upload(api, platform.s3(), "o.csv", "id,amount\n1,10\n2,32\n");
      succeeded(
          api,
          api.post(
              202, "buckets/in.c-shop/tables-async", Map.of("name", "orders", "dataFileId", file)));

      JsonNode workspace = api.post(201, "workspaces", Map.of("statementTimeoutSeconds", 60));
      String path = "workspaces/" + workspace.path("id").asLong();
      succeeded(
          api,
          api.post(
              202,
              path + "/load",
              Map.of(
                  "input",
                  List.of(
                      Map.of(
                          "source",
                          "in.c-shop.orders",
                          "destination",
                          "orders",
                          "columns",
                          List.of(
                              Map.of("source", "id"),
                              Map.of("source", "amount", "type", "INTEGER")))))));
      try (Connection user = login(workspace.path("connection"));
          Statement statement = user.createStatement()) {
        statement.execute("CREATE TABLE total AS SELECT sum(amount) AS \"sum\" FROM orders");
      }
      succeeded(
          api,
          api.post(
              202,
              "buckets/in.c-shop/tables-async",
              Map.of(
                  "name",
                  "total",
                  "dataWorkspaceId",
                  workspace.path("id").asLong(),
                  "dataObject",
                  "total")));
      HttpResponse<String> preview = api.send("GET", "tables/in.c-shop.total/data-preview", null);
      assertThat(preview.body()).isEqualTo("\"sum\"\n\"42\"\n");
      JsonNode exported =
          succeeded(api, api.post(202, path + "/table-export", Map.of("tableName", "total")));
      assertThat(
              api.get("files/" + exported.path("results").path("file").path("id").asLong())
                  .path("sizeBytes")
                  .asLong())
          .isEqualTo(5);

      String password = api.post(201, path + "/password", Map.of()).path("password").asString();
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> login(workspace.path("connection")).close());
      Connection open = login(workspace.path("connection"), password);
      succeeded(api, Api.expect(202, api.send("DELETE", path + "?async=true", null)));
      assertThatExceptionOfType(SQLException.class).isThrownBy(() -> ask(open));
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> login(workspace.path("connection"), password).close());
    }
  }

  private static void ask(Connection connection) throws SQLException {
    try (connection;
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1");
    }
  }

  private static JsonNode succeeded(Api api, JsonNode job) throws Exception {
    JsonNode ended = api.ended(job);
    assertThat(ended.path("status").asString()).as(ended.toString()).isEqualTo("success");
    return ended;
  }

  private static Connection login(JsonNode connection) throws SQLException {
    return login(connection, connection.path("password").asString());
  }

  private static Connection login(JsonNode connection, String password) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s"
            .formatted(
                connection.path("host").asString(),
                connection.path("port").asInt(),
                connection.path("database").asString()),
        connection.path("user").asString(),
        password);
  }
}
