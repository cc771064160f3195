package io.penstock.quickstart;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import tools.jackson.databind.JsonNode;

/** Puts files where a prepared slot says, as clients do. */
final class Uploads {
  private Uploads() {}

  static S3Client client(URI endpoint, JsonNode credentials, String region) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(Region.of(region))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsSessionCredentials.create(
                    credentials.path("AccessKeyId").asString(),
                    credentials.path("SecretAccessKey").asString(),
                    credentials.path("SessionToken").asString())))
        .build();
  }

  static void put(URI endpoint, JsonNode file, byte[] content) {
    JsonNode params = file.path("uploadParams");
    @Nullable String sse = params.path("x-amz-server-side-encryption").asString(null);
    try (S3Client s3 =
        client(endpoint, params.path("credentials"), file.path("region").asString())) {
      s3.putObject(
          request ->
              request
                  .bucket(params.path("bucket").asString())
                  .key(params.path("key").asString())
                  .acl(params.path("acl").asString())
                  .serverSideEncryption(sse == null ? null : ServerSideEncryption.fromValue(sse)),
          RequestBody.fromBytes(content));
    }
  }

  /** Prepares, uploads; returns the file's id. */
  static long upload(Api api, URI endpoint, String name, String content) throws Exception {
    JsonNode file = api.prepare(name, true);
    put(endpoint, file, content.getBytes(StandardCharsets.UTF_8));
    return file.path("id").asLong();
  }
}
