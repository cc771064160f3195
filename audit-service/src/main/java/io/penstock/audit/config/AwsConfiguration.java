package io.penstock.audit.config;

import io.penstock.aws.AwsSettings;
import io.penstock.aws.ObjectStore;
import io.penstock.aws.S3ObjectStore;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

@Configuration(proxyBeanMethods = false)
class AwsConfiguration {

  @Bean
  AwsSettings awsSettings(Environment environment) {
    return Binder.get(environment)
        .bind("penstock.aws", AwsSettings.class)
        .orElseThrow(() -> new IllegalArgumentException("Set penstock.aws.region"));
  }

  @Bean(destroyMethod = "close")
  SqsAsyncClient sqs(AwsSettings aws) {
    return aws.sqs();
  }

  @Bean(destroyMethod = "close")
  S3Client s3(AwsSettings aws) {
    return aws.s3();
  }

  @Bean(destroyMethod = "close")
  S3Presigner presigner(AwsSettings aws) {
    return aws.presigner();
  }

  @Bean
  ObjectStore objectStore(AwsSettings aws, S3Client s3, S3Presigner presigner) {
    boolean embedded = aws.s3Endpoint() != null;
    return new S3ObjectStore(s3, presigner, embedded);
  }
}
