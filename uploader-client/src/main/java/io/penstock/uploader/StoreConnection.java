package io.penstock.uploader;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Opens S3 clients that hold one file's credentials. Immutable and thread-safe. */
final class StoreConnection {
  private static final int TRIES = 8;

  /**
   * 16 MB in this time is 14 kB/s: whoever is slower than that needs another line, not more
   * patience.
   */
  private static final Duration ONE_TRY = Duration.ofMinutes(20);

  private static final Duration ONE_CALL = Duration.ofHours(1);

  private final SdkHttpClient http;
  private final @Nullable URI endpoint;

  /**
   * @param endpoint an S3-compatible store, addressed by path; null: AWS S3 of each file's region
   */
  StoreConnection(SdkHttpClient http, @Nullable URI endpoint) {
    this.http = http;
    this.endpoint = endpoint;
  }

  /** The address that this process's environment names; null when it names none. */
  static @Nullable URI fromEnvironment() {
    String property = System.getProperty("aws.endpointUrlS3");
    String address = property == null ? System.getenv("AWS_ENDPOINT_URL_S3") : property;
    if (address == null || address.isBlank()) {
      return null;
    }
    URI endpoint = URI.create(address.strip());
    Endpoint.requireConfidential(endpoint, "the object store");
    return endpoint;
  }

  /** A client that tries again by itself, for reading. */
  S3Client open(UploadSlot.StoreAccess access) {
    return open(access.region(), StaticCredentialsProvider.create(access.credentials()), TRIES);
  }

  /** A client that tries once: {@link StoreCalls} do the rest. */
  S3Client open(String region, AwsCredentialsProvider credentials) {
    return open(region, credentials, 1);
  }

  private S3Client open(String region, AwsCredentialsProvider credentials, int tries) {
    var client =
        S3Client.builder()
            .httpClient(http)
            .region(Region.of(region))
            .credentialsProvider(credentials)
            .overrideConfiguration(
                configuration ->
                    configuration
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(tries)
                                .build())
                        .apiCallAttemptTimeout(ONE_TRY)
                        .apiCallTimeout(ONE_CALL));
    if (endpoint != null) {
      client.endpointOverride(endpoint).forcePathStyle(true);
    }
    return client.build();
  }

  static InterruptedException interrupted() {
    Thread.interrupted(); // the flag goes, the exception says it
    return new InterruptedException("interrupted during a transfer");
  }

  /** The store's own code of a refusal; empty when it gave none. */
  static String code(S3Exception answer) {
    var details = answer.awsErrorDetails();
    return details == null || details.errorCode() == null ? "" : details.errorCode();
  }

  /**
   * Says in this package's words why a call of the object store failed.
   *
   * @throws InterruptedException when this thread was told to stop
   */
  static RuntimeException explained(SdkException failure) throws InterruptedException {
    if (failure instanceof AbortedException) {
      throw interrupted();
    }
    if (failure instanceof S3Exception answer
        && answer.statusCode() >= 400
        && !ApiConnection.mayPass(answer.statusCode())) {
      var details = answer.awsErrorDetails();
      String message = details == null ? "HTTP " + answer.statusCode() : details.errorMessage();
      return new UploadRefusedException(
          answer.statusCode(),
          code(answer),
          "the object store refused: " + message,
          answer.requestId() == null ? "" : answer.requestId());
    }
    if (Trust.refused(failure)) {
      return Trust.untrusted("the object store", failure);
    }
    return new UploadGaveUpException("the object store failed: " + failure.getMessage(), failure);
  }
}
