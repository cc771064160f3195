package io.penstock.storage.job;

import io.penstock.aws.Keyring;
import io.penstock.aws.RecipientSeal;
import io.penstock.aws.keys.LocalKeyring;
import io.penstock.aws.keys.LocalRecipientSeal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Beside {@link JobPlatform}: the threads that send and receive, with keys of their own. */
@Configuration
@Import({
  Claims.class,
  Dispatcher.class,
  DispatchHealthIndicator.class,
  JobMessages.class,
  Queues.class,
  JobWiring.class,
  OutcomeListener.class,
  SealedReaders.class
})
class JobDispatchPlatform {
  @Bean
  Path keyDirectory() throws IOException {
    return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "job-keys");
  }

  @Bean
  Keyring keyring(Path keyDirectory) {
    return new LocalKeyring(keyDirectory.resolve("keyring"));
  }

  @Bean
  RecipientSeal seal(Path keyDirectory) {
    Path open = keyDirectory.resolve("worker.public");
    LocalRecipientSeal.generate(keyDirectory.resolve("worker.private"), open);
    return LocalRecipientSeal.fromPublic(open);
  }

  /** After the seal, which makes both files. */
  @Bean
  RecipientSeal.Opener worker(Path keyDirectory, RecipientSeal seal) {
    return LocalRecipientSeal.fromPrivate(keyDirectory.resolve("worker.private"));
  }
}
