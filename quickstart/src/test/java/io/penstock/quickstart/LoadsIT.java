package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Loads that bring their data, their dry runs, and exports in every form: both sides together. */
class LoadsIT {
  private static final String TABLE = "in.c-loads.people";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Test
  void dataGoesInAndComesOutInOneCallEach() throws Exception {
    TestPlatform platform = TestPlatform.shared();
    Api api = platform.api();
    api.post(201, "buckets", Map.of("name", "loads", "stage", "in"));

    JsonNode created =
        form(
            api,
            201,
            "buckets/in.c-loads/tables",
            "id;name\n1;a\\;b\n2;c\n",
            "primaryKey",
            "id",
            "name",
            "people",
            "delimiter",
            ";",
            "escapedBy",
            "\\");
    assertThat(created.path("id").asString()).isEqualTo(TABLE);
    assertThat(created.path("rowsCount").asInt()).isEqualTo(2);

    JsonNode told =
        form(
            api,
            200,
            "tables/" + TABLE + "/import",
            "id,name\n2,C\n3,d\n",
            "incremental",
            "1",
            "dryRun",
            "1");
    assertThat(told.path("rowsInserted").asInt()).isEqualTo(1);
    assertThat(told.path("rowsUpdated").asInt()).isEqualTo(1);
    assertThat(api.get("tables/" + TABLE).path("rowsCount").asInt()).isEqualTo(2);
    JsonNode imported =
        form(api, 200, "tables/" + TABLE + "/import", "id,name\n2,C\n3,d\n", "incremental", "1");
    assertThat(imported.path("totalRowsCount").asInt()).isEqualTo(3);
    JsonNode refused =
        form(api, 400, "tables/" + TABLE + "/import", "id,name\n4,x\"y\n", "incremental", "1");
    assertThat(refused.path("code").asString()).isEqualTo("invalidCsv");

    assertThat(
            api.send(
                    "GET",
                    "tables/"
                        + TABLE
                        + "/export?format=raw&orderBy[0][column]=id"
                            .replace("[", "%5B")
                            .replace("]", "%5D"),
                    null)
                .body())
        .isEqualTo("id\tname\n1\ta;b\n2\tC\n3\td\n");
    Map<String, Object> asked = Map.of("format", "escaped", "gzip", true);
    JsonNode first =
        api.ended(api.post(202, "tables/" + TABLE + "/export-async", asked)).path("results");
    JsonNode again =
        api.ended(api.post(202, "tables/" + TABLE + "/export-async", asked)).path("results");
    assertThat(first.path("cacheHit").asBoolean(true)).isFalse();
    assertThat(again.path("cacheHit").asBoolean()).isTrue();
    assertThat(again.path("file")).isEqualTo(first.path("file"));

    JsonNode copy =
        api.ended(
            api.post(
                202,
                "buckets/in.c-loads/tables-async",
                Map.of(
                    "name",
                    "copy",
                    "dataFileId",
                    first.path("file").path("id").asLong(),
                    "columns",
                    "id,name",
                    "format",
                    "escaped")));
    assertThat(copy.path("results").path("rowsCount").asInt()).as(copy.toString()).isEqualTo(3);
    form(api, 200, "tables/" + TABLE + "/import", "id,name\n9,z\n", "incremental", "1");
    assertThat(
            api.ended(api.post(202, "tables/" + TABLE + "/export-async", asked))
                .path("results")
                .path("cacheHit")
                .asBoolean(true))
        .isFalse();
  }

  private static JsonNode form(Api api, int status, String path, String data, String... fields)
      throws Exception {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < fields.length; i += 2) {
      form.append(
          "--x\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
              .formatted(fields[i], fields[i + 1]));
    }
    form.append(
        "--x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.csv\"\r\n\r\n%s\r\n--x--\r\n"
            .formatted(data));
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(api.base().resolve("/v2/storage/" + path))
                .header("X-StorageApi-Token", String.valueOf(api.token()))
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofString(form.toString()))
                .build(),
            BodyHandlers.ofString());
    return Api.expect(status, answer);
  }
}
