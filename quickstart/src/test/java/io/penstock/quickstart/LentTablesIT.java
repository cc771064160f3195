package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import tools.jackson.databind.JsonNode;

/** Real rows through an alias, a filtered alias, and a linked bucket of another project. */
class LentTablesIT {
  private final TestPlatform platform = TestPlatform.shared();

  @Test
  void rowsAreReadThroughAliasesAndALinkedBucketUntilTheLinkEnds() throws Exception {
    String organisation =
        platform.home().read(platform.home().file("run/demo-organization")).orElseThrow();
    Api lender = platform.newProject(organisation, "lender");
    Api borrower = platform.newProject(organisation, "borrower");
    for (String name : List.of("raw", "lent")) {
      lender.post(201, "buckets", Map.of("name", name, "stage", "in"));
    }
    long file =
        Uploads.upload(
            lender, platform.s3(), "u.csv", "id,region,secret\n1,eu,x\n2,us,y\n3,eu,z\n");
    success(
        lender,
        lender.post(
            202,
            "buckets/in.c-raw/tables-async",
            Map.of("name", "users", "dataFileId", file, "primaryKey", "id")));
    lender.post(
        201,
        "buckets/in.c-raw/table-aliases",
        Map.of("sourceTable", "in.c-raw.users", "name", "all"));
    lender.post(
        201,
        "buckets/in.c-lent/table-aliases",
        Map.of(
            "sourceTable",
            "in.c-raw.users",
            "name",
            "eu",
            "aliasColumns",
            List.of("id", "region"),
            "aliasFilter",
            Map.of("column", "region", "values", List.of("eu"))));

    assertThat(exported(lender, "in.c-raw.all"))
        .containsExactlyInAnyOrder(
            "\"1\",\"eu\",\"x\"", "\"2\",\"us\",\"y\"", "\"3\",\"eu\",\"z\"");
    assertThat(exported(lender, "in.c-lent.eu"))
        .containsExactlyInAnyOrder("\"1\",\"eu\"", "\"3\",\"eu\"");

    success(lender, lender.post(202, "buckets/in.c-lent/share-organization-project", Map.of()));
    long lenderId = lender.get("tokens/verify").path("owner").path("id").asLong();
    borrower.post(
        201,
        "buckets",
        Map.of(
            "name",
            "theirs",
            "stage",
            "in",
            "sourceProjectId",
            lenderId,
            "sourceBucketId",
            "in.c-lent"));
    assertThat(exported(borrower, "in.c-theirs.eu"))
        .containsExactlyInAnyOrder("\"1\",\"eu\"", "\"3\",\"eu\"");
    assertThat(
            borrower
                .send(
                    "GET",
                    "tables/in.c-theirs.eu/data-preview?columns=id&whereColumn=id&whereValues%5B%5D=3",
                    null)
                .body())
        .isEqualTo("\"id\"\n\"3\"\n");
    assertThat(borrower.send("GET", "tables/in.c-raw.users/data-preview", null).statusCode())
        .isEqualTo(404);

    long more = Uploads.upload(lender, platform.s3(), "m.csv", "id,region,secret\n9,eu,w\n");
    success(
        lender, lender.post(202, "tables/in.c-raw.users/import-async", Map.of("dataFileId", more)));
    assertThat(exported(borrower, "in.c-theirs.eu")).containsExactly("\"9\",\"eu\"");

    assertThat(lender.send("DELETE", "tables/in.c-raw.all?unlink=1", null).statusCode())
        .isEqualTo(204);
    assertThat(lender.send("GET", "tables/in.c-raw.all/data-preview", null).body())
        .isEqualTo("\"id\",\"region\",\"secret\"\n");

    long borrowerId = borrower.get("tokens/verify").path("owner").path("id").asLong();
    assertThat(lender.send("DELETE", "buckets/in.c-lent/links/" + borrowerId, null).statusCode())
        .isEqualTo(204);
    for (String path : List.of("tables/in.c-theirs.eu", "buckets/in.c-theirs")) {
      assertThat(borrower.send("GET", path, null).statusCode()).isEqualTo(404);
    }
  }

  private static JsonNode success(Api api, JsonNode job) throws Exception {
    JsonNode end = api.ended(job);
    assertThat(end.path("status").asString()).as(end.toString()).isEqualTo("success");
    return end.path("results");
  }

  /** The lines of an export, read with the credentials that its file's detail lends. */
  private List<String> exported(Api api, String table) throws Exception {
    JsonNode results = success(api, api.post(202, "tables/" + table + "/export-async", Map.of()));
    JsonNode file =
        api.get("files/" + results.path("file").path("id").asLong() + "?federationToken=1");
    JsonNode place = file.path("s3Path");
    try (S3Client s3 =
        Uploads.client(platform.s3(), file.path("credentials"), file.path("region").asString())) {
      return s3.getObjectAsBytes(
              request ->
                  request
                      .bucket(place.path("bucket").asString())
                      .key(place.path("key").asString() + "0000_part_00"))
          .asString(StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }
}
