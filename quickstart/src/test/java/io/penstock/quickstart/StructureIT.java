package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Both sides of a structure change: what the API accepts, the worker does. */
class StructureIT {
  private static final String TABLE = "tables/in.c-shape.people";

  private final TestPlatform platform = TestPlatform.shared();
  private final Api api = platform.api();

  @Test
  void tableChangesItsColumnsKeyAndRowsWithoutAFile() throws Exception {
    api.post(201, "buckets", Map.of("name", "shape", "stage", "in"));
    long file = Uploads.upload(api, platform.s3(), "p.csv", "id,name,secret\n1,Ada,x\n2,Bo,y\n");
    api.ended(
        api.post(
            202, "buckets/in.c-shape/tables-async", Map.of("name", "people", "dataFileId", file)));

    success(post("columns", Map.of("name", "town")));
    success(delete("columns/secret"));
    success(post("primary-key", Map.of("columns", List.of("id"))));
    success(post("optimize", Map.of()));
    assertThat(rows())
        .isEqualTo("\"id\",\"name\",\"town\"\n\"1\",\"Ada\",\"\"\n\"2\",\"Bo\",\"\"\n");
    assertThat(api.get(TABLE).path("primaryKey").path(0).asString()).isEqualTo("id");

    long more = Uploads.upload(api, platform.s3(), "m.csv", "id,name,town\n2,Bo,Oslo\n3,Cy,Rome\n");
    success(post("import-async", Map.of("dataFileId", more, "incremental", true)));
    assertThat(success(delete("rows?whereColumn=town&whereValues%5B%5D=Oslo")).toString())
        .isEqualTo("{\"deletedRows\":1}");
    assertThat(rows())
        .isEqualTo("\"id\",\"name\",\"town\"\n\"1\",\"Ada\",\"\"\n\"3\",\"Cy\",\"Rome\"\n");
    success(delete("primary-key"));
    assertThat(success(send("DELETE", "rows", Map.of("allowTruncate", true))).toString())
        .isEqualTo("{\"deletedRows\":2}");
    assertThat(api.get(TABLE).path("rowsCount").asLong(-1)).isZero();
  }

  private JsonNode success(HttpResponse<String> answer) throws Exception {
    JsonNode job = api.ended(Api.expect(202, answer));
    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("success");
    return job.path("results");
  }

  private String rows() throws Exception {
    return api.send("GET", TABLE + "/data-preview?orderBy%5B0%5D%5Bcolumn%5D=id", null).body();
  }

  private HttpResponse<String> post(String path, Object body) throws Exception {
    return send("POST", path, body);
  }

  private HttpResponse<String> delete(String path) throws Exception {
    return api.send("DELETE", TABLE + "/" + path, null);
  }

  private HttpResponse<String> send(String method, String path, Object body) throws Exception {
    return api.send(method, TABLE + "/" + path, body);
  }
}
