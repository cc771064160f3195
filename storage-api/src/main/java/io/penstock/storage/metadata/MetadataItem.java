package io.penstock.storage.metadata;

import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.time.Instant;
import java.util.Map;

/** An item as it stands. */
record MetadataItem(
    long objectId,
    String column,
    long id,
    String provider,
    String key,
    String value,
    Instant updated) {

  /** The contract's item; the branch's has no provider. */
  Map<String, Object> json() {
    return new JsonFields()
        .put("id", Long.toString(id))
        .put("key", key)
        .put("value", value)
        .putIf(!provider.isEmpty(), "provider", provider)
        .put("timestamp", Timestamps.format(updated))
        .map();
  }
}
