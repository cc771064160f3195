package io.penstock.storage.config;

import io.penstock.aws.AwsSettings;
import io.penstock.model.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where AWS is.
 *
 * @param region region of buckets and queues
 * @param s3Endpoint absent on AWS
 * @param publicS3Endpoint where clients reach the object store; absent: the same as {@code
 *     s3Endpoint}
 * @param sqsEndpoint absent on AWS
 * @param accessKeyId absent on AWS, where the task's role counts
 * @param secretAccessKey goes with the access key id
 */
@ConfigurationProperties("penstock.aws")
record AwsProperties(
    @DefaultValue("eu-central-1") String region,
    @Nullable URI s3Endpoint,
    @Nullable URI publicS3Endpoint,
    @Nullable URI sqsEndpoint,
    @Nullable String accessKeyId,
    @Nullable Secret secretAccessKey) {

  AwsSettings settings() {
    return new AwsSettings(region, s3Endpoint, sqsEndpoint, accessKeyId, secretAccessKey);
  }

  /** Links that clients follow name the store's public address. */
  AwsSettings linkSettings() {
    URI endpoint = publicS3Endpoint == null ? s3Endpoint : publicS3Endpoint;
    return new AwsSettings(region, endpoint, sqsEndpoint, accessKeyId, secretAccessKey);
  }
}
