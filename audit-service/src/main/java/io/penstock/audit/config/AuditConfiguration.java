package io.penstock.audit.config;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import io.penstock.audit.ingest.Confirmations;
import io.penstock.audit.ingest.IndexRebuild;
import io.penstock.audit.ingest.RecordFeed;
import io.penstock.audit.ingest.RecordIntake;
import io.penstock.audit.ingest.SqsConfirmations;
import io.penstock.audit.ingest.SqsRecordFeed;
import io.penstock.audit.ingest.TrailKeeping;
import io.penstock.audit.keep.Grouping;
import io.penstock.audit.keep.Keeper;
import io.penstock.audit.keep.KeptIds;
import io.penstock.audit.keep.SegmentStore;
import io.penstock.audit.keep.Trail;
import io.penstock.audit.keep.TrailObjects;
import io.penstock.audit.keep.WholeRecords;
import io.penstock.audit.log.LogKeys;
import io.penstock.audit.log.LogWriting;
import io.penstock.audit.read.LogReader;
import io.penstock.audit.search.ElasticIndex;
import io.penstock.audit.search.ElasticSearch;
import io.penstock.audit.search.RecordFinder;
import io.penstock.audit.search.RecordIndex;
import io.penstock.audit.search.RecordSearch;
import io.penstock.audit.search.SearchIndex;
import io.penstock.aws.ObjectStore;
import io.penstock.service.ServiceCredential;
import io.penstock.service.ServiceCredentialFilter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.Ordered;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AuditProperties.class)
class AuditConfiguration {
  private static final String SERVING = "!" + IndexRebuild.PROFILE;
  private static final int RECORDS_IN_A_GROUP = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Bean
  TrailObjects trailObjects(ObjectStore objects, AuditProperties properties) {
    return new TrailObjects(
        objects, properties.trailBucket(), properties.lockFor(), Clock.systemUTC());
  }

  @Bean
  SegmentStore segmentStore(TrailObjects objects) {
    return new SegmentStore(objects);
  }

  /** Opened and closed by {@link TrailKeeping}. */
  @Bean(destroyMethod = "")
  SearchIndex searchIndex(
      AuditProperties properties,
      ElasticProperties elastic,
      ObjectProvider<ElasticsearchClient> cluster) {
    ElasticsearchClient client = cluster.getIfAvailable();
    return client == null
        ? new RecordIndex(
            properties.indexDirectory(), properties.trailBucket(), properties.visibleAfter())
        : new ElasticIndex(
            client,
            new ElasticIndex.Options(
                elastic.indexPrefix(),
                properties.trailBucket(),
                properties.visibleAfter(),
                elastic.retention()),
            Clock.systemUTC());
  }

  @Bean
  RecordFinder recordFinder(SearchIndex index, TrailObjects objects) {
    WholeRecords whole = new WholeRecords(objects);
    return switch (index) {
      case RecordIndex onDisk -> new RecordSearch(onDisk, whole::of);
      case ElasticIndex elastic -> new ElasticSearch(elastic, whole::of);
    };
  }

  @Bean
  LogReader logReader(TrailObjects objects, LogKeys keys) {
    return new LogReader(objects, keys);
  }

  @Bean
  KeptIds keptIds(AuditProperties properties) {
    return new KeptIds(properties.idsDirectory(), properties.trailBucket(), Clock.systemUTC());
  }

  @Bean
  Keeper keeper(SegmentStore segments, KeptIds ids, SearchIndex index, AuditProperties properties) {
    Grouping grouping = new Grouping(properties.groupWindow(), RECORDS_IN_A_GROUP, PATIENCE);
    return new Keeper(segments, ids, index, grouping);
  }

  @Bean
  Confirmations confirmations(SqsAsyncClient sqs, AuditProperties properties) {
    return new SqsConfirmations(sqs, properties.confirmationsQueue());
  }

  @Bean
  @Profile(SERVING)
  RecordFeed recordFeed(
      SqsAsyncClient sqs, Keeper keeper, Confirmations confirmations, AuditProperties properties) {
    return new SqsRecordFeed(
        sqs,
        properties.recordsQueue(),
        new RecordIntake(keeper, confirmations),
        properties.concurrentMessages());
  }

  @Bean
  @Profile(SERVING)
  TrailKeeping trailKeeping(
      SegmentStore segments,
      SearchIndex index,
      Keeper keeper,
      RecordFeed feed,
      AuditProperties properties) {
    return new TrailKeeping(segments, index, keeper, feed, properties.commitInterval());
  }

  @Bean
  @Profile(SERVING)
  LogWriting logWriting(
      Keeper keeper,
      SegmentStore segments,
      TrailObjects objects,
      LogKeys keys,
      AuditProperties properties) {
    return new LogWriting(
        keeper, segments, objects, keys, properties.checkpointInterval(), InstantSource.system());
  }

  @Bean
  @Profile(IndexRebuild.PROFILE)
  IndexRebuild indexRebuild(SegmentStore segments, SearchIndex index, Keeper keeper) {
    return new IndexRebuild(segments, index, keeper);
  }

  /**
   * Named in the group {@code ready}. Down, too, when somebody has tampered with a trail, when one
   * cannot be followed, and when records have been received for long without becoming provable.
   */
  @Bean
  @Profile(SERVING)
  HealthIndicator trails(TrailKeeping keeping, Keeper keeper, LogWriting log) {
    return () -> {
      Map<Trail, String> refused = log.refused();
      Map<Trail, Instant> behind = log.behind();
      Map<Trail, String> broken = keeper.broken();
      boolean kept = keeping.isReady() && broken.isEmpty();
      boolean provable = log.isAlive() && refused.isEmpty() && behind.isEmpty();
      Health.Builder health = kept && provable ? Health.up() : Health.down();
      behind.forEach(
          (trail, since) -> health.withDetail("trail " + trail, "No checkpoint since " + since));
      refused.forEach((trail, reason) -> health.withDetail("trail " + trail, reason));
      broken.forEach((trail, reason) -> health.withDetail("trail " + trail, reason));
      return health.build();
    };
  }

  @Bean
  FilterRegistrationBean<ServiceCredentialFilter> door(AuditProperties properties) {
    var credential = new ServiceCredential(properties.serviceCredential());
    var door = new FilterRegistrationBean<>(new ServiceCredentialFilter(credential));
    door.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return door;
  }
}
