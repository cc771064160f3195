package io.penstock.storage.file;

import com.github.benmanes.caffeine.cache.Ticker;
import io.penstock.aws.ObjectStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Asks the object store for an object that is not there, now and then: unready when it has not
 * answered for half a minute. Asks for nothing while there is no bucket yet. Thread-safe.
 */
@Component
class StoreProbe implements HealthIndicator {
  private static final Logger log = LoggerFactory.getLogger(StoreProbe.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NO_OBJECT = "penstock-probe";

  private final ObjectStore objects;
  private final FileRows rows;
  private final Ticker ticker;
  private volatile long lastGood;
  private volatile boolean away;

  StoreProbe(ObjectStore objects, FileRows rows, Ticker ticker) {
    this.objects = objects;
    this.rows = rows;
    this.ticker = ticker;
    this.lastGood = ticker.read();
  }

  @Scheduled(fixedDelayString = "PT5S", initialDelayString = "PT5S")
  void probe() {
    try {
      rows.anyBucket().ifPresent(bucket -> objects.head(bucket, NO_OBJECT));
      lastGood = ticker.read();
      if (away) {
        away = false;
        log.info("The object store is back");
      }
    } catch (RuntimeException e) {
      if (!away) {
        away = true;
        log.error("The object store cannot be reached; calls that need it are answered 503", e);
      }
    }
  }

  @Override
  public Health health() {
    long silent = ticker.read() - lastGood;
    return away && silent > PATIENCE.toNanos()
        ? Health.down()
            .withDetail("storeUnreachableSeconds", TimeUnit.NANOSECONDS.toSeconds(silent))
            .build()
        : Health.up().build();
  }
}
