package io.penstock.aws;

import io.penstock.aws.form.PostForms;
import io.penstock.model.Secret;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * Where AWS is and who we are there. Each method makes a new client, with time limits and at most
 * three attempts; the caller keeps and closes it. Clients are thread-safe.
 *
 * @param region region of buckets and queues
 * @param s3Endpoint null on AWS; with it, buckets are addressed in the path
 * @param sqsEndpoint null on AWS
 * @param accessKeyId null on AWS: the default credential chain (task role) is used
 * @param secretAccessKey goes with {@code accessKeyId}
 */
public record AwsSettings(
    String region,
    @Nullable URI s3Endpoint,
    @Nullable URI sqsEndpoint,
    @Nullable String accessKeyId,
    @Nullable Secret secretAccessKey) {

  private static final int ATTEMPTS = 3;
  private static final int CONNECTIONS = 64;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(45);
  private static final Duration ATTEMPT_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration CALL_TIMEOUT = Duration.ofMinutes(3);

  public AwsSettings {
    if ((accessKeyId == null) != (secretAccessKey == null)) {
      throw new IllegalArgumentException(
          "Give both penstock.aws.access-key-id and penstock.aws.secret-access-key, or neither");
    }
  }

  /**
   * For objects. A body that streams to its reader is limited by the socket's time-out only, not by
   * the call's.
   */
  public S3Client s3() {
    return s3(limits());
  }

  /**
   * For objects, where a person or a program waits for the answer.
   *
   * @param longest for one call with all its attempts; a single attempt may take half of it
   */
  public S3Client s3(Duration longest) {
    return s3(
        limits().toBuilder()
            .apiCallAttemptTimeout(longest.dividedBy(2))
            .apiCallTimeout(longest)
            .build());
  }

  private S3Client s3(ClientOverrideConfiguration limits) {
    var builder =
        S3Client.builder()
            .region(Region.of(region))
            .credentialsProvider(credentials())
            .overrideConfiguration(limits)
            .httpClientBuilder(http());
    if (s3Endpoint != null) {
      // The embedded store keeps no checksums, so there is nothing to ask for.
      builder
          .endpointOverride(s3Endpoint)
          .forcePathStyle(true)
          .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    }
    return builder.build();
  }

  /** Makes links; never asks the network. */
  public S3Presigner presigner() {
    var builder =
        S3Presigner.builder().region(Region.of(region)).credentialsProvider(credentials());
    if (s3Endpoint != null) {
      builder
          .endpointOverride(s3Endpoint)
          .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build());
    }
    return builder.build();
  }

  /** Signs forms for browsers; never asks the network. */
  public PostForms postForms() {
    return new PostForms(region, s3Endpoint);
  }

  /** For queues; the socket's time-out leaves room for a long poll of 20 s. */
  public SqsAsyncClient sqs() {
    var builder =
        SqsAsyncClient.builder()
            .region(Region.of(region))
            .credentialsProvider(credentials())
            .overrideConfiguration(limits())
            .httpClientBuilder(
                NettyNioAsyncHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .readTimeout(SOCKET_TIMEOUT)
                    .writeTimeout(SOCKET_TIMEOUT)
                    .maxConcurrency(CONNECTIONS));
    if (sqsEndpoint != null) {
      builder.endpointOverride(sqsEndpoint);
    }
    return builder.build();
  }

  /** For scoped credentials on AWS. */
  public StsClient sts() {
    return StsClient.builder()
        .region(Region.of(region))
        .credentialsProvider(credentials())
        .overrideConfiguration(limits())
        .httpClientBuilder(http())
        .build();
  }

  /** For keys on AWS. */
  public KmsClient kms() {
    return KmsClient.builder()
        .region(Region.of(region))
        .credentialsProvider(credentials())
        .overrideConfiguration(limits())
        .httpClientBuilder(http())
        .build();
  }

  private AwsCredentialsProvider credentials() {
    return accessKeyId == null || secretAccessKey == null
        ? DefaultCredentialsProvider.builder().build()
        : StaticCredentialsProvider.create(
            AwsBasicCredentials.create(accessKeyId, secretAccessKey.reveal()));
  }

  private static Apache5HttpClient.Builder http() {
    return Apache5HttpClient.builder()
        .connectionTimeout(CONNECT_TIMEOUT)
        .connectionAcquisitionTimeout(SOCKET_TIMEOUT)
        .socketTimeout(SOCKET_TIMEOUT)
        .maxConnections(CONNECTIONS);
  }

  private static ClientOverrideConfiguration limits() {
    return ClientOverrideConfiguration.builder()
        .apiCallAttemptTimeout(ATTEMPT_TIMEOUT)
        .apiCallTimeout(CALL_TIMEOUT)
        .retryStrategy(
            AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(ATTEMPTS).build())
        .build();
  }
}
