package io.penstock.storage.config;

import io.penstock.aws.Keyring;
import io.penstock.aws.ObjectStore;
import io.penstock.aws.RecipientSeal;
import io.penstock.aws.S3ObjectStore;
import io.penstock.aws.ScopedCredentials;
import io.penstock.aws.StsScopedCredentials;
import io.penstock.aws.form.PostForms;
import io.penstock.aws.keys.KmsKeyring;
import io.penstock.aws.keys.LocalKeyring;
import io.penstock.aws.keys.LocalRecipientSeal;
import io.penstock.aws.local.LocalGrants;
import io.penstock.aws.local.LocalScopedCredentials;
import io.penstock.storage.web.Acts;
import java.time.Clock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The ports' adapters: AWS, or the local ones where a folder of keys is named. */
@Configuration
class AwsWiring {
  /** Somebody is waiting for us meanwhile; copies have a limit of their own. */
  private static final Duration S3_ANSWER = Duration.ofSeconds(8);

  @Bean
  S3Client s3Client(AwsProperties properties) {
    return properties.settings().s3(S3_ANSWER);
  }

  @Bean
  SqsAsyncClient sqsAsyncClient(AwsProperties properties) {
    return properties.settings().sqs();
  }

  @Bean
  ObjectStore objectStore(S3Client s3, AwsProperties aws, KeyProperties keys) {
    return new S3ObjectStore(s3, aws.linkSettings().presigner(), keys.directory() != null);
  }

  @Bean
  ScopedCredentials scopedCredentials(AwsProperties aws, KeyProperties keys, Clock clock) {
    return keys.directory() == null
        ? new StsScopedCredentials(aws.settings().sts(), "aws")
        : new LocalScopedCredentials(LocalGrants.in(keys.directory()), clock);
  }

  /** Browsers post to the store's public address. */
  @Bean
  PostForms postForms(AwsProperties aws) {
    return aws.linkSettings().postForms();
  }

  @Bean
  Keyring keyring(AwsProperties aws, KeyProperties keys, Acts acts) {
    return new RecordedKeyring(
        keys.directory() == null
            ? new KmsKeyring(aws.settings().kms())
            : new LocalKeyring(keys.directory()),
        acts);
  }

  @Bean
  RecipientSeal recipientSeal(KeyProperties keys) {
    return LocalRecipientSeal.fromPublic(keys.workerPublicKey());
  }
}
