package io.penstock.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.audit.search.ElasticNode;
import io.penstock.model.audit.AuditRecord;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole service with its index in Elasticsearch. */
class AuditServiceElasticIT {

  @Test
  void recordsAreFoundThroughElasticsearchAndStillAfterARestart(@TempDir Path directory)
      throws Exception {
    String[] settings = {
      "penstock.audit.elasticsearch.uris=" + ElasticNode.shared().uri(),
      "penstock.audit.elasticsearch.index-prefix=service"
    };
    AuditRecord record = Samples.event(1).message("Imported 7 rows").build();
    try (AuditPlatform platform = new AuditPlatform(directory)) {
      try (ConfigurableApplicationContext service = platform.start(settings)) {
        platform.send(record);
        awaitFound(platform, service, record);
      }
      try (ConfigurableApplicationContext service = platform.start(settings)) {
        awaitFound(platform, service, record);
      }
      assertThat(platform.index).as("nothing is on the disk").doesNotExist();
    }
  }

  private static void awaitFound(
      AuditPlatform platform, ConfigurableApplicationContext service, AuditRecord record) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                platform
                        .get(service, "/internal/records/" + record.id() + "?projectId=12")
                        .statusCode()
                    == 200);
  }
}
