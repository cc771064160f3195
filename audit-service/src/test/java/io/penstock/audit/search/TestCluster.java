package io.penstock.audit.search;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import io.penstock.audit.Samples;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A corner of the shared Elasticsearch that nobody else uses, at a time that the test sets. */
final class TestCluster {
  private static final AtomicInteger CORNERS = new AtomicInteger();

  final ElasticsearchClient client = ElasticNode.shared().client();
  final String prefix = "test-" + CORNERS.incrementAndGet();
  Instant now = Samples.START;

  private TestCluster() {}

  static TestCluster create() {
    return new TestCluster();
  }

  ElasticIndex index(String origin) {
    return index(origin, null);
  }

  ElasticIndex index(String origin, @Nullable Duration retention) {
    var options = new ElasticIndex.Options(prefix, origin, Duration.ofMillis(50), retention);
    return new ElasticIndex(client, options, Clock.fixed(now, ZoneOffset.UTC));
  }
}
