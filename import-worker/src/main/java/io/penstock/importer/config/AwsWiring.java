package io.penstock.importer.config;

import io.penstock.aws.AwsSettings;
import io.penstock.aws.ObjectStore;
import io.penstock.aws.S3ObjectStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The AWS clients, one of each. */
@Configuration(proxyBeanMethods = false)
class AwsWiring {
  @Bean
  AwsSettings awsSettings(AwsProperties properties) {
    return properties.settings();
  }

  @Bean
  S3Client s3(AwsSettings settings) {
    return settings.s3();
  }

  @Bean
  S3Presigner presigner(AwsSettings settings) {
    return settings.presigner();
  }

  @Bean
  SqsAsyncClient sqs(AwsSettings settings) {
    return settings.sqs();
  }

  /** Without a cloud the store behind the endpoint seals every object itself. */
  @Bean
  ObjectStore objects(S3Client s3, S3Presigner presigner, AwsSettings settings) {
    return new S3ObjectStore(s3, presigner, settings.s3Endpoint() != null);
  }
}
