package io.penstock.storage.job;

import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.embedded.queues.EmbeddedQueues;
import io.penstock.storage.access.TokenCodec;
import io.penstock.storage.access.TokenKeys;
import io.penstock.storage.record.RecordProperties;
import io.penstock.storage.web.Events;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The parts around jobs, without HTTP: callers, changes, records and jobs, real all of them. */
@Configuration
@ComponentScan({"io.penstock.storage.access", "io.penstock.storage.record"})
@ComponentScan(
    basePackages = "io.penstock.storage.web",
    useDefaultFilters = false,
    includeFilters =
        @ComponentScan.Filter(
            type = FilterType.REGEX,
            pattern = ".*\\.(Changes|CallRecords|Events|IdempotencyKeys|Revocations)"))
@EnableConfigurationProperties(RecordProperties.class)
@Import({
  AcceptedJobs.class,
  Bell.class,
  JobController.class,
  JobEnds.class,
  JobLists.class,
  JobRecords.class,
  JobRows.class
})
class JobPlatform {
  static final DispatchProperties PROPERTIES =
      new DispatchProperties(Duration.ofSeconds(60), 3, 1, false);

  @Bean
  TimeTexts timeTexts() {
    return TimeFilter::parse;
  }

  @Bean(destroyMethod = "close")
  EmbeddedQueues queues() {
    return EmbeddedQueues.start(0);
  }

  @Bean(destroyMethod = "close")
  SqsAsyncClient sqs(EmbeddedQueues queues) {
    return client(queues.endpoint());
  }

  static SqsAsyncClient client(URI endpoint) {
    return SqsAsyncClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("unused", "unused")))
        .overrideConfiguration(options -> options.apiCallTimeout(Duration.ofSeconds(30)))
        .build();
  }

  @Bean
  JobDatabase database() {
    return JobDatabase.emptied();
  }

  @Bean
  JdbcClient jdbc(JobDatabase database) {
    return database.jdbc();
  }

  @Bean
  JdbcTemplate template(JobDatabase database) {
    return new JdbcTemplate(database.source());
  }

  @Bean
  PlatformTransactionManager transactionManager(JobDatabase database) {
    return new JdbcTransactionManager(database.source());
  }

  @Bean
  TransactionTemplate transaction(PlatformTransactionManager manager) {
    return new TransactionTemplate(manager);
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  Ticker ticker() {
    return Ticker.systemTicker();
  }

  @Bean
  TokenCodec codec() {
    return new TokenCodec(new TokenKeys(Map.of(1, new byte[32])));
  }

  @Bean
  DispatchProperties properties() {
    return PROPERTIES;
  }

  @Bean
  RecordingEnding ending(Events events) {
    return new RecordingEnding(events);
  }
}
