package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PreviewIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final Client MASTER = GATEWAY.master();
  private static String table = "";

  @BeforeAll
  static void tables() throws SQLException {
    String bucket = MASTER.newBucket();
    table = bucket + ".users";
    ProjectDatabase.of(GATEWAY)
        .table(
            bucket,
            "users",
            3,
            """
            VALUES ('1', 'say "hi"', now()), ('2', E'two\\nlines', now()), ('3', repeat('x', 20000), now())\
            """);
  }

  @Test
  void csvHasEveryFieldEnclosed() {
    Client.Answer answer = MASTER.get("tables/" + table + "/data-preview/?limit=2");

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.response().headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/csv");
    assertThat(answer.body())
        .isEqualTo("\"id\",\"name\"\n\"1\",\"say \"\"hi\"\"\"\n\"2\",\"two\nlines\"\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?format=json"})
  void previewIsPackedForWhoeverTakesThat(String query) throws Exception {
    URI address =
        URI.create(MASTER.address() + "/v2/storage/tables/" + table + "/data-preview" + query);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> packed =
          http.send(
              HttpRequest.newBuilder(address)
                  .header("X-StorageApi-Token", MASTER.token())
                  .header("Accept-Encoding", "gzip, deflate, br")
                  .build(),
              BodyHandlers.ofByteArray());

      Client.Answer plain = MASTER.get("tables/" + table + "/data-preview" + query);
      assertThat(plain.response().headers().firstValue("Content-Encoding")).isEmpty();
      assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
      assertThat(packed.headers().firstValue("Content-Type"))
          .isEqualTo(plain.response().headers().firstValue("Content-Type"));
      assertThat(packed.body().length).isLessThan(1000);
      try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
        assertThat(new String(unpacked.readAllBytes(), StandardCharsets.UTF_8))
            .isEqualTo(plain.body());
      }
    }
  }

  @Test
  void filtersAndColumnsAreObeyed() {
    assertThat(
            MASTER
                .get(
                    "tables/"
                        + table
                        + "/data-preview?columns=id&whereColumn=id&whereValues[]=2&whereValues[]=1")
                .body())
        .isEqualTo("\"id\"\n\"1\"\n\"2\"\n");
    assertThat(
            MASTER.get("tables/" + table + "/data-preview?whereColumn=id&whereValues[]=9").body())
        .isEqualTo("\"id\",\"name\"\n");
    assertThat(MASTER.get("tables/" + table + "/data-preview?changedUntil=-1+hour").body())
        .isEqualTo("\"id\",\"name\"\n");
  }

  @Test
  void longValuesAreCutInJson() {
    JsonNode rows =
        MASTER.get("tables/" + table + "/data-preview?format=json").json(200).path("rows");

    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).get(0).path("isTruncated").asBoolean()).isFalse();
    assertThat(rows.get(2).get(1).path("isTruncated").asBoolean()).isTrue();
    assertThat(rows.get(2).get(1).path("value").asString()).hasSize(16_384);
  }

  @Test
  void tooManyRowsAreRefusedByNumber() {
    Client.Answer answer = MASTER.get("tables/" + table + "/data-preview?limit=1001");

    answer.assertRefused(400, "storage.tables.validation");
    assertThat(answer.json().path("error").asString()).contains("1000");
    MASTER
        .get("tables/" + table + "/data-preview?format=xml")
        .assertRefused(400, "storage.tables.validation.invalidFormat");
  }

  @Test
  void readerWithoutRightIsRefused() {
    GATEWAY.limited().get("tables/" + table + "/data-preview").assertRefused(403, "accessDenied");
  }

  @Test
  void limitAbove1000IsRefused() {
    for (String limit : List.of("1001", "9223372036854775807")) {
      Client.Answer answer = MASTER.get("tables/" + table + "/data-preview?limit=" + limit);
      answer.assertRefused(400, "storage.tables.validation");
      assertThat(answer.json().path("error").asString()).contains("1000");
    }
    for (String limit : List.of("-1", "x", "1e3", "9223372036854775808")) {
      MASTER
          .get("tables/" + table + "/data-preview?limit=" + limit)
          .assertRefused(400, "storage.validation");
    }
    assertThat(preview("limit=1000")).startsWith("\"id\",\"name\"\n\"1\"");
    assertThat(preview("limit=0")).as("given as none").isEqualTo(preview(""));
  }

  @Test
  void textIsFoundInEveryColumnInAnyCase() {
    assertThat(preview("columns=id&fulltextSearch=3")).isEqualTo("\"id\"\n\"3\"\n");
    assertThat(preview("fulltextSearch=SAY+%22"))
        .isEqualTo("\"id\",\"name\"\n\"1\",\"say \"\"hi\"\"\"\n");
    assertThat(preview("columns=id&fulltextSearch=hi")).isEqualTo("\"id\"\n");
    MASTER
        .get(
            "tables/"
                + table
                + "/data-preview?fulltextSearch=a&whereFilters[0][column]=id&whereFilters[0][operator]=eq&whereFilters[0][values][0]=1")
        .assertRefused(400, "storage.tables.validation");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%",
        "_",
        "'",
        "\"",
        "\\",
        "'; DROP TABLE x; --",
        "$1",
        "{0}",
        "%s",
        "?",
        "\u00e9",
        "');SELECT pg_sleep(9)--"
      })
  void noTextIsMoreThanText(String text) {
    String value = URLEncoder.encode(text, StandardCharsets.UTF_8);
    for (String query :
        List.of(
            "fulltextSearch=" + value,
            "whereColumn=name&whereValues[]=" + value,
            "whereFilters[0][column]=name&whereFilters[0][operator]=ge&whereFilters[0][values][0]="
                + value
                + "&whereFilters[1][column]=name&whereFilters[1][operator]=lt&whereFilters[1][values][0]="
                + value)) {
      String found = preview(query);
      assertThat(found.lines().count()).as(query).isEqualTo(found.contains("say") ? 2 : 1);
    }
    for (String where : List.of("whereColumn", "columns", "orderBy[0][column]")) {
      MASTER
          .get("tables/" + table + "/data-preview?" + where + "=" + value + "&whereValues[]=1")
          .assertRefused(400, "storage.tables.columnNotExists");
    }
  }

  @Test
  void whatIsNotOfferedIsSaid() {
    MASTER
        .get("tables/" + table + "/data-preview?timezone=Europe%2FPrague")
        .assertRefused(501, "notImplemented");
    MASTER
        .get("tables/" + table + "/data-preview?format=raw")
        .assertRefused(400, "storage.tables.validation.invalidFormat");
    assertThat(preview("sourceBranchId=1&internalTableName=x&escape=0&limit=0")).isNotEmpty();
  }

  @Test
  void previewAndDetailAreTold() {
    preview("limit=1");
    MASTER.get("tables/" + table).json(200);
    MASTER
        .get("tables/" + table + "/data-preview?limit=x")
        .assertRefused(400, "storage.validation");

    assertThat(
            GATEWAY
                .jdbc()
                .sql(
                    """
                    SELECT body::jsonb ->> 'operation' FROM outbox_record
                    WHERE body::jsonb -> 'object' ->> 'id' = :id AND body::jsonb ->> 'kind' = 'EVENT'
                    """)
                .param("id", table)
                .query((rs, _) -> rs.getString(1))
                .list())
        .contains("storage.tableDataPreview", "storage.tableDetail");
  }

  private static String preview(String query) {
    Client.Answer answer = MASTER.get("tables/" + table + "/data-preview?" + query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
