package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FilesIT {
  private final Gateway gateway = Gateway.get();
  private final Client client = gateway.limited();

  private JsonNode prepare(Map<String, Object> more) {
    Map<String, Object> params =
        new java.util.HashMap<>(Map.of("name", "users.csv", "federationToken", 1));
    params.putAll(more);
    return client.post("files/prepare", params).json(201);
  }

  private void upload(String key, String text) {
    gateway
        .objects()
        .put(gateway.objectBucket(), key, text.getBytes(StandardCharsets.UTF_8), "text/csv");
  }

  @Test
  void preparedFileHasItsSlotAndCredentials() {
    JsonNode file =
        prepare(Map.of("isEncrypted", true, "tags", List.of("a", "a"), "sizeBytes", 120));

    long id = file.path("id").asLong();
    String key = file.path("uploadParams").path("key").asString();
    assertThat(key).matches("exp-15/12/files/\\d{4}/\\d\\d/\\d\\d/" + id + "\\.users\\.csv");
    assertThat(file.propertyNames())
        .contains("url", "region", "provider", "maxAgeDays", "runId", "runIds", "creatorToken");
    assertThat(file.path("runId").isNull()).isTrue();
    assertThat(file.path("fileType").asString()).isEqualTo("csv");
    assertThat(file.path("tags")).hasSize(1);
    assertThat(file.path("uploadParams").propertyNames())
        .containsExactly("key", "bucket", "acl", "x-amz-server-side-encryption", "credentials");
    assertThat(file.path("uploadParams").path("credentials").propertyNames())
        .containsExactly("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration");
    assertThat(file.path("uploadParams").path("credentials").path("Expiration").asString())
        .endsWith("+00:00");
  }

  @Test
  void detailTellsTheRealSizeOnceItIsThere() {
    JsonNode file = prepare(Map.of());
    String path = "files/" + file.path("id").asLong();
    assertThat(client.get(path).json(200).path("sizeBytes").isNull()).isTrue();

    upload(file.path("uploadParams").path("key").asString(), "id\n1\n");

    assertThat(client.get(path).json(200).path("sizeBytes").asLong()).isEqualTo(5);
    assertThat(client.get(path).json(200).propertyNames())
        .doesNotContain("s3Path", "credentials", "uploadParams");
  }

  @Test
  void federationTokenAddsPathAndCredentialsAndLinksTheManifest() {
    JsonNode file = prepare(Map.of("isSliced", true));
    String key = file.path("uploadParams").path("key").asString();
    upload(key + "part1", "1\n");
    upload(key + "manifest", "{\"entries\":[]}");

    JsonNode detail =
        client.get("files/" + file.path("id").asLong() + "?federationToken=").json(200);

    assertThat(detail.path("s3Path").path("key").asString()).isEqualTo(key);
    assertThat(detail.path("credentials").path("SessionToken").asString()).isNotEmpty();
    assertThat(detail.path("url").asString()).contains(key + "manifest");
    assertThat(detail.path("sizeBytes").asLong()).isEqualTo(2);
    assertThat(
            client
                .get("files/" + file.path("id").asLong() + "?federationToken=0")
                .json(200)
                .propertyNames())
        .doesNotContain("s3Path", "credentials");
  }

  @Test
  void foreignFileIsForbiddenAndUnknownOneNotFound() {
    String path = "files/" + prepare(Map.of()).path("id").asLong();

    gateway.limited().get(path).assertRefused(403, "accessDenied");
    gateway.client(false, false, true).get(path).json(200);
    gateway.master().get(path).json(200);
    client.get("files/999999999").assertRefused(404, "storage.files.notFound");
    client.get("files/abc").assertRefused(404, "notFound");
  }

  @Test
  void deletedFileIsGoneWithItsObjects() {
    JsonNode file = prepare(Map.of("isSliced", true));
    String key = file.path("uploadParams").path("key").asString();
    upload(key + "part1", "1\n");
    upload(key + "manifest", "{}");
    String path = "files/" + file.path("id").asLong();

    assertThat(client.delete(path).status()).isEqualTo(204);

    client.get(path).assertRefused(404, "storage.files.notFound");
    client.delete(path).assertRefused(404, "storage.files.notFound");
    assertThat(gateway.objects().list(gateway.objectBucket(), key)).isEmpty();
  }

  @Test
  void slotIsReopenedForItsTokenUntilItsObjectIsThere() {
    JsonNode file = prepare(Map.of("isEncrypted", true));
    String path = "files/" + file.path("id").asLong() + "/credentials";

    JsonNode again = client.post(path, Map.of()).json(201);

    for (String field : List.of("key", "bucket", "acl", "x-amz-server-side-encryption")) {
      assertThat(again.path("uploadParams").path(field))
          .isEqualTo(file.path("uploadParams").path(field));
    }
    String secret = "/uploadParams/credentials/SecretAccessKey";
    assertThat(again.at(secret).asString()).isNotEmpty().isNotEqualTo(file.at(secret).asString());
    upload(file.path("uploadParams").path("key").asString(), "id\n1\n");
    client.post(path, Map.of()).assertRefused(400, "storage.files.alreadyUploaded");
  }

  @Test
  void slotIsReopenedForNobodyElseAndOnlyWhileItExists() {
    String path = "files/" + prepare(Map.of()).path("id").asLong();

    gateway.limited().post(path + "/credentials", Map.of()).assertRefused(403, "accessDenied");
    gateway
        .client(false, false, true)
        .post(path + "/credentials", Map.of())
        .assertRefused(403, "accessDenied");
    gateway.master().post(path + "/credentials", Map.of()).assertRefused(403, "accessDenied");
    assertThat(client.delete(path).status()).isEqualTo(204);
    client.post(path + "/credentials", Map.of()).assertRefused(404, "storage.files.notFound");
  }
}
