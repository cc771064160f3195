package io.penstock.audit.config;

import io.penstock.audit.log.KeyFiles;
import io.penstock.audit.log.KmsNoteSigner;
import io.penstock.audit.log.LogKeys;
import io.penstock.aws.AwsSettings;
import io.penstock.trail.NoteSigner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.kms.KmsClient;

/** The keys of the log, which no other service can use. */
@Configuration(proxyBeanMethods = false)
class SigningConfiguration {

  @Bean
  LogKeys logKeys(AuditProperties properties, SigningKms kms) {
    List<NoteSigner> signers = new ArrayList<>();
    for (Path file : properties.signingKeys()) {
      signers.add(KeyFiles.open(properties.logOrigin(), file));
    }
    for (String key : properties.signingKmsKeys()) {
      signers.add(KmsNoteSigner.open(kms.client(), key, properties.logOrigin()));
    }
    return new LogKeys(properties.logOrigin(), signers);
  }

  @Bean(destroyMethod = "close")
  SigningKms signingKms(AwsSettings aws) {
    return new SigningKms(aws);
  }

  /** A client that is made when a key in KMS is configured. */
  static final class SigningKms implements AutoCloseable {
    private final AwsSettings aws;
    private final List<KmsClient> made = new ArrayList<>();

    SigningKms(AwsSettings aws) {
      this.aws = aws;
    }

    synchronized KmsClient client() {
      if (made.isEmpty()) {
        made.add(aws.kms());
      }
      return made.getFirst();
    }

    @Override
    public synchronized void close() {
      made.forEach(KmsClient::close);
    }
  }
}
