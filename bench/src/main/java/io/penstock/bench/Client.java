package io.penstock.bench;

import io.penstock.model.Json;
import io.penstock.uploader.Answer;
import io.penstock.uploader.UploaderClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import tools.jackson.databind.JsonNode;

/**
 * Uses the platform as any client does: calls over HTTPS, files with temporary credentials straight
 * to the object store, encryption asked for.
 */
final class Client implements AutoCloseable {
  private static final String BUCKET = "in.c-bench";

  private final UploaderClient api;
  private final URI store;

  Client(Map<String, String> variables) throws InterruptedException {
    store = URI.create(required(variables, "AWS_ENDPOINT_URL_S3"));
    api =
        UploaderClient.builder(URI.create(required(variables, "STORAGE_API_URL")))
            .token(required(variables, "STORAGE_API_TOKEN"))
            .certificateAuthority(Path.of(required(variables, "PENSTOCK_CA")))
            .objectStore(store)
            .retryLimit(Duration.ofSeconds(5))
            .build();
    api.post("buckets", Map.of("name", "bench", "stage", "in"));
  }

  private static String required(Map<String, String> variables, String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalStateException("quickstart.env lacks " + name);
    }
    return value;
  }

  /** The name of the project's database. */
  String project() throws InterruptedException {
    return Long.toString(api.get("tokens/verify").path("owner").path("id").asLong());
  }

  /** Makes a table of a file; answers the job's id. */
  long createTable(String name, long fileId, List<String> primaryKey) throws InterruptedException {
    Map<String, Object> body = Map.of("name", name, "dataFileId", fileId, "primaryKey", primaryKey);
    return await(api.post("buckets/" + BUCKET + "/tables-async", body), Duration.ofMillis(100))
        .path("id")
        .asLong();
  }

  /**
   * Loads a file into a table and waits for the job's success.
   *
   * @param more parameters of the load
   * @return the job's id
   */
  long load(String table, long fileId, Map<String, Object> more, Duration poll)
      throws InterruptedException {
    Map<String, Object> body = new HashMap<>(more);
    body.put("dataFileId", fileId);
    return await(api.post("tables/" + id(table) + "/import-async", body), poll).path("id").asLong();
  }

  /** Exports a table to gzip files and waits for the job's success; answers the file's id. */
  long export(String table) throws InterruptedException {
    JsonNode job = api.post("tables/" + id(table) + "/export-async", Map.of("gzip", true));
    return await(job, Duration.ofMillis(100)).path("results").path("file").path("id").asLong();
  }

  /** Asks at once, then after each pause; the last pause counts, as it does for any client. */
  private JsonNode await(JsonNode accepted, Duration poll) throws InterruptedException {
    String path = "jobs/" + accepted.path("id").asLong();
    while (true) {
      JsonNode job = api.get(path);
      switch (job.path("status").asString("")) {
        case "success" -> {
          return job;
        }
        case "error" ->
            throw new IllegalStateException("A job failed: " + Json.write(job.path("error")));
        default -> Thread.sleep(poll);
      }
    }
  }

  void drop(String table) throws InterruptedException {
    Answer answer = api.exchange("DELETE", "tables/" + id(table), null);
    if (answer.status() != 204) {
      throw new IllegalStateException("Dropping a table was answered " + answer.status());
    }
  }

  void deleteFile(long fileId) throws InterruptedException {
    api.exchange("DELETE", "files/" + fileId, null);
  }

  private static String id(String table) {
    return BUCKET + "." + table;
  }

  /** Uploads one file; answers its id. */
  long upload(Path file) throws IOException, InterruptedException {
    JsonNode slot = prepare(file.getFileName().toString(), Files.size(file), false);
    JsonNode params = slot.path("uploadParams");
    try (S3Client s3 = open(slot, params.path("credentials"))) {
      put(s3, params, "", RequestBody.fromFile(file));
    }
    return slot.path("id").asLong();
  }

  /** Uploads slices of one file and their manifest; answers the file's id. */
  long uploadSlices(String name, List<Path> slices) throws IOException, InterruptedException {
    JsonNode slot = prepare(name, null, true);
    JsonNode params = slot.path("uploadParams");
    List<Map<String, Object>> entries = new ArrayList<>();
    try (S3Client s3 = open(slot, params.path("credentials"))) {
      for (Path slice : slices) {
        String end = "." + slice.getFileName();
        put(s3, params, end, RequestBody.fromFile(slice));
        String url =
            "s3://" + params.path("bucket").asString() + "/" + params.path("key").asString() + end;
        entries.add(Map.of("url", url, "mandatory", true));
      }
      put(s3, params, "manifest", RequestBody.fromString(Json.write(Map.of("entries", entries))));
    }
    return slot.path("id").asLong();
  }

  private JsonNode prepare(
      String name, @org.jspecify.annotations.Nullable Long bytes, boolean sliced)
      throws InterruptedException {
    Map<String, Object> body = new HashMap<>();
    body.put("name", name);
    body.put("federationToken", true);
    body.put("isEncrypted", true);
    body.put("isSliced", sliced);
    if (bytes != null) {
      body.put("sizeBytes", bytes);
    }
    return api.post("files/prepare", body);
  }

  private static void put(S3Client s3, JsonNode params, String end, RequestBody body) {
    s3.putObject(
        request ->
            request
                .bucket(params.path("bucket").asString())
                .key(params.path("key").asString() + end)
                .acl(params.path("acl").asString())
                .serverSideEncryption(
                    ServerSideEncryption.fromValue(
                        params.path("x-amz-server-side-encryption").asString())),
        body);
  }

  /** Reads an export's slices back through the object store. */
  Exported download(long fileId) throws IOException, InterruptedException {
    JsonNode file = api.get("files/" + fileId + "?federationToken=1");
    String bucket = file.path("s3Path").path("bucket").asString();
    String key = file.path("s3Path").path("key").asString();
    CsvDigest digest = new CsvDigest();
    long plain = 0;
    long stored = 0;
    int slices = 0;
    try (S3Client s3 = open(file, file.path("credentials"))) {
      String manifest =
          s3.getObjectAsBytes(get -> get.bucket(bucket).key(key + "manifest"))
              .asString(StandardCharsets.UTF_8);
      for (JsonNode entry : Json.mapper().readTree(manifest).path("entries")) {
        String slice =
            entry.path("url").asString().substring("s3://".length() + bucket.length() + 1);
        var object = s3.getObject(get -> get.bucket(bucket).key(slice));
        stored += object.response().contentLength();
        slices++;
        try (InputStream in =
                new BufferedInputStream(new GZIPInputStream(object, 1 << 16), 1 << 16);
            CountedInput counted = new CountedInput(in)) {
          digest.add(counted, 0);
          plain += counted.bytes();
        }
      }
    }
    return new Exported(digest.content(), slices, plain, stored);
  }

  /**
   * What an export wrote.
   *
   * @param plainBytes of the slices' CSV, every field enclosed
   * @param storedBytes packed
   */
  record Exported(Content content, int slices, long plainBytes, long storedBytes) {}

  private S3Client open(JsonNode file, JsonNode credentials) {
    return S3Client.builder()
        .httpClient(UrlConnectionHttpClient.create())
        .endpointOverride(store)
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

  @Override
  public void close() {
    api.close();
  }
}
