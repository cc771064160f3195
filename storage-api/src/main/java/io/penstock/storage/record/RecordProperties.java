package io.penstock.storage.record;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How records leave the outbox.
 *
 * @param perSecondInFlood how many records a second are sent while calls make more than that. What
 *     comes faster waits in the outbox, durable but not searchable yet, for two minutes at most
 *     before it is sent beside. Where calls and audit-service share a machine, a low number keeps
 *     the machine for the calls.
 */
@ConfigurationProperties("penstock.records")
public record RecordProperties(@DefaultValue("2000") int perSecondInFlood) {

  public RecordProperties {
    if (perSecondInFlood < 1 || perSecondInFlood > 1_000_000) {
      throw new IllegalArgumentException("penstock.records.per-second-in-flood is 1 to 1000000");
    }
  }
}
