package io.penstock.kill;

import io.penstock.model.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import tools.jackson.databind.JsonNode;

/** Puts files into the store and gets exports out of it, with lent credentials. Thread-safe. */
final class CustomersFiles {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final CustomersClient api;
  private final URI s3;
  private final SdkHttpClient http;

  CustomersFiles(CustomersClient api, URI s3, SdkHttpClient http) {
    this.api = api;
    this.s3 = s3;
    this.http = http;
  }

  /** How a file is stored. */
  enum Form {
    PLAIN,
    GZIP,
    SLICED,
    SLICED_GZIP;

    boolean gzip() {
      return this == GZIP || this == SLICED_GZIP;
    }

    boolean sliced() {
      return this == SLICED || this == SLICED_GZIP;
    }
  }

  /**
   * Prepares a slot and fills it; returns the file's id.
   *
   * @param contents one, or the slices in their order
   */
  long upload(String name, Form form, List<String> contents) throws Exception {
    JsonNode file =
        api.post(
            201,
            "files/prepare",
            Map.of(
                "name",
                form.gzip() ? name + ".gz" : name,
                "federationToken",
                true,
                "isEncrypted",
                true,
                "isSliced",
                form.sliced()));
    JsonNode params = file.path("uploadParams");
    String key = params.path("key").asString();
    try (S3Client client = client(params.path("credentials"), file)) {
      if (!form.sliced()) {
        put(client, params, key, stored(contents.getFirst(), form));
        return file.path("id").asLong();
      }
      List<Map<String, Object>> entries = new ArrayList<>();
      for (String content : contents) {
        String slice = key + "part_" + entries.size();
        put(client, params, slice, stored(content, form));
        entries.add(
            Map.of(
                "url",
                "s3://" + params.path("bucket").asString() + "/" + slice,
                "mandatory",
                true));
      }
      String manifest = Json.write(Map.of("entries", entries));
      put(client, params, key + "manifest", manifest.getBytes(StandardCharsets.UTF_8));
    }
    return file.path("id").asLong();
  }

  /** All that an export wrote: records without a header. */
  String download(long fileId) throws Exception {
    JsonNode file = api.get("files/" + fileId + "?federationToken=1");
    String bucket = file.path("s3Path").path("bucket").asString();
    String prefix = file.path("s3Path").path("key").asString();
    StringBuilder text = new StringBuilder();
    try (S3Client client = client(file.path("credentials"), file)) {
      JsonNode manifest = Json.mapper().readTree(get(client, bucket, prefix + "manifest"));
      for (JsonNode entry : manifest.path("entries")) {
        String key = entry.path("url").asString().substring("s3://".length() + bucket.length() + 1);
        byte[] slice = get(client, bucket, key);
        text.append(new String(key.endsWith(".gz") ? plain(slice) : slice, StandardCharsets.UTF_8));
      }
    }
    return text.toString();
  }

  private S3Client client(JsonNode credentials, JsonNode file) {
    return S3Client.builder()
        .httpClient(http)
        .endpointOverride(s3)
        .forcePathStyle(true)
        .region(Region.of(file.path("region").asString()))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsSessionCredentials.create(
                    credentials.path("AccessKeyId").asString(),
                    credentials.path("SecretAccessKey").asString(),
                    credentials.path("SessionToken").asString())))
        .build();
  }

  private static void put(S3Client client, JsonNode params, String key, byte[] content)
      throws InterruptedException {
    @Nullable String sse = params.path("x-amz-server-side-encryption").asString(null);
    persist(
        () ->
            client.putObject(
                request ->
                    request
                        .bucket(params.path("bucket").asString())
                        .key(key)
                        .acl(params.path("acl").asString())
                        .serverSideEncryption(
                            sse == null ? null : ServerSideEncryption.fromValue(sse)),
                RequestBody.fromBytes(content)));
  }

  private static byte[] get(S3Client client, String bucket, String key)
      throws InterruptedException {
    return persist(
        () -> client.getObjectAsBytes(request -> request.bucket(bucket).key(key)).asByteArray());
  }

  private interface Call<T> {
    T run();
  }

  /** The store is killed, too; a refusal is none of that. */
  private static <T> T persist(Call<T> call) throws InterruptedException {
    Instant until = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        return call.run();
      } catch (SdkException e) {
        boolean refused = e instanceof S3Exception answer && answer.statusCode() < 500;
        if (refused || Instant.now().isAfter(until)) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(300);
      }
    }
  }

  private static byte[] stored(String text, Form form) throws IOException {
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    if (!form.gzip()) {
      return plain;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    }
    return packed.toByteArray();
  }

  private static byte[] plain(byte[] packed) throws IOException {
    try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return gzip.readAllBytes();
    }
  }
}
