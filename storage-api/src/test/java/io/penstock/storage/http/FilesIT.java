package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.penstock.storage.file.FileArchiver;
import io.penstock.storage.file.UploadSweeper;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
    assertThat(file.path("uploadParams").path("x-amz-server-side-encryption").asString())
        .isEqualTo("AES256");
    assertThat(file.path("uploadParams").path("acl").asString()).isEqualTo("private");
    assertThat(file.path("provider").asString()).isEqualTo("aws");
    assertThat(file.path("region").asString()).isEqualTo("eu-central-1");
    assertThat(file.path("uploadParams").path("credentials").propertyNames())
        .containsExactly("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration");
    String expiration = file.at("/uploadParams/credentials/Expiration").asString();
    assertThat(expiration).endsWith("+00:00");
    assertThat(OffsetDateTime.parse(expiration).toInstant())
        .isCloseTo(Instant.now().plus(Duration.ofHours(12)), within(2, ChronoUnit.MINUTES));
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
  void announcedSizeGivesWayToTheRealOne() {
    JsonNode file = prepare(Map.of("sizeBytes", 120));
    String path = "files/" + file.path("id").asLong();
    assertThat(client.get(path).json(200).path("sizeBytes").asLong()).isEqualTo(120);

    upload(file.path("uploadParams").path("key").asString(), "id\n1\n");

    assertThat(client.get(path).json(200).path("sizeBytes").asLong()).isEqualTo(5);
  }

  @Test
  void formIsPreparedForThoseThatAskForNoCredentials() {
    JsonNode file =
        client
            .post("files/prepare", Map.of("name", "users.csv", "isEncrypted", "True", "notify", 1))
            .json(201);

    JsonNode form = file.path("uploadParams");
    assertThat(form.propertyNames())
        .containsExactly(
            "url",
            "key",
            "acl",
            "x-amz-server-side-encryption",
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Security-Token",
            "policy",
            "X-Amz-Signature");
    assertThat(form.path("url").asString()).endsWith("/" + gateway.objectBucket());
    assertThat(form.path("key").asString()).contains("/" + file.path("id").asLong() + ".users.csv");
    assertThat(file.path("provider").asString()).isEqualTo("aws");
    client.get("files/" + file.path("id").asLong()).json(200);
  }

  @Test
  void slicesAndPublicFilesAreRefusedWithTheReason() {
    Client.Answer sliced = client.post("files/prepare", Map.of("name", "a", "isSliced", 1));
    Client.Answer open =
        client.post("files/prepare", Map.of("name", "a", "isPublic", 1, "federationToken", 1));

    sliced.assertRefused(400, "storage.validation");
    assertThat(sliced.json().path("error").asString()).contains("federationToken");
    open.assertRefused(400, "storage.validation");
    assertThat(open.json().path("error").asString()).contains("public files are not offered");
  }

  @Test
  void anyValueOfFederationTokenButNoAsksForCredentials() {
    String path = "files/" + prepare(Map.of()).path("id").asLong();

    for (String yes :
        List.of(
            "federationToken",
            "federationToken=",
            "federationToken=1",
            "federationToken=true",
            "federationToken=True",
            "federationToken=x")) {
      assertThat(client.get(path + "?" + yes).json(200).has("credentials")).as(yes).isTrue();
    }
    for (String no : List.of("", "federationToken=0", "federationToken=False")) {
      assertThat(client.get(path + "?" + no).json(200).has("credentials")).as(no).isFalse();
    }
  }

  @Test
  void uploadsThatNobodyComesBackToAreEnded() {
    gateway.context.getBean(UploadSweeper.class).sweep();

    Instant begun = gateway.context.getBean(Clock.class).instant().minus(Duration.ofDays(60));
    assertThat(gateway.objects().ended)
        .hasEntrySatisfying(
            gateway.objectBucket() + "/",
            before -> assertThat(before).isBetween(begun.minusSeconds(60), begun));
  }

  @Test
  void expiredFileIsHiddenAndItsObjectsAreTaggedAndStay() {
    JsonNode old = prepare(Map.of("isSliced", true));
    JsonNode permanent = prepare(Map.of("isPermanent", true));
    JsonNode young = prepare(Map.of());
    List<String> keys = new ArrayList<>();
    for (JsonNode file : List.of(old, permanent, young)) {
      keys.add(file.path("uploadParams").path("key").asString());
    }
    upload(keys.get(0) + "part1", "1\n");
    upload(keys.get(0) + "manifest", "{}");
    upload(keys.get(1), "1\n");
    upload(keys.get(2), "1\n");
    age(old, 16);
    age(permanent, 1000);
    age(young, 14);
    String path = "files/" + old.path("id").asLong();

    assertThat(client.get("files").json(200)).hasSize(2);
    JsonNode all = client.get("files?showExpired=1").json(200);
    assertThat(all).hasSize(3);
    assertThat(all.path(2).path("url").isNull()).isTrue();
    JsonNode detail = client.get(path).json(200);
    assertThat(detail.path("url").isNull()).isTrue();
    assertThat(detail.path("maxAgeDays").asInt()).isEqualTo(15);
    client.get(path + "?federationToken=1").assertRefused(404, "storage.files.notFound");
    client.post(path + "/credentials", Map.of()).assertRefused(404, "storage.files.notFound");

    gateway.context.getBean(FileArchiver.class).sweep();

    Map<String, String> expired = Map.of("penstock-state", "expired");
    assertThat(gateway.objects().tags)
        .containsEntry(keys.get(0) + "part1", expired)
        .containsEntry(keys.get(0) + "manifest", expired)
        .doesNotContainKeys(keys.get(1), keys.get(2));
    assertThat(gateway.objects().list(gateway.objectBucket(), keys.get(0))).hasSize(2);
    assertThat(client.delete(path).status()).isEqualTo(204);
    assertThat(gateway.objects().list(gateway.objectBucket(), keys.get(0))).isEmpty();
  }

  @Test
  void expiredFileIsNotLoaded() {
    Client master = gateway.master();
    String bucket = master.newBucket();
    JsonNode file = prepare(Map.of());
    upload(file.path("uploadParams").path("key").asString(), "id\n1\n");
    age(file, 16);

    master
        .post(
            "buckets/" + bucket + "/tables-async",
            Map.of("name", "t", "dataFileId", file.path("id").asLong()))
        .assertRefused(400, "storage.fileNotUploaded");
  }

  private void age(JsonNode file, int days) {
    gateway
        .jdbc()
        .sql("UPDATE stored_file SET created_at = now() - :days * interval '1 day' WHERE id = :id")
        .param("days", days)
        .param("id", file.path("id").asLong())
        .update();
  }

  @Test
  void deletionMayBeAJob() {
    String path = "files/" + prepare(Map.of()).path("id").asLong();

    JsonNode job = client.delete(path + "?async=1").json(202);

    assertThat(job.path("operationName").asString()).isEqualTo("fileDelete");
    client.get(path).assertRefused(404, "storage.files.notFound");
  }

  @Test
  void federationTokenAddsPathAndCredentialsAndLinksTheManifest() {
    JsonNode file = prepare(Map.of("isSliced", true));
    String key = file.path("uploadParams").path("key").asString();
    upload(key + "part1", "1\n");
    upload(key + "manifest", "{\"entries\":[]}");

    JsonNode detail =
        client.get("files/" + file.path("id").asLong() + "?federationToken=").json(200);

    assertThat(detail.path("provider").asString()).isEqualTo("aws");
    assertThat(detail.path("region").asString()).isEqualTo("eu-central-1");
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
