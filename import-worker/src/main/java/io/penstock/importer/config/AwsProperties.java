package io.penstock.importer.config;

import io.penstock.aws.AwsSettings;
import io.penstock.model.Secret;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where AWS is, see {@link AwsSettings}.
 *
 * @param region of buckets and queues
 * @param s3Endpoint absent on AWS
 * @param sqsEndpoint absent on AWS
 * @param accessKeyId absent on AWS, where the task's role counts
 * @param secretAccessKey goes with {@code accessKeyId}
 */
@ConfigurationProperties("penstock.aws")
public record AwsProperties(
    @DefaultValue("us-east-1") String region,
    @Nullable URI s3Endpoint,
    @Nullable URI sqsEndpoint,
    @Nullable String accessKeyId,
    @Nullable Secret secretAccessKey) {

  AwsSettings settings() {
    return new AwsSettings(region, s3Endpoint, sqsEndpoint, accessKeyId, secretAccessKey);
  }
}
