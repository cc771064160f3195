package io.penstock.storage.job;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job whose work is done by the transaction that accepts it: it needs no worker and waits for
 * nobody.
 *
 * @param operation the contract's {@code operationName}
 * @param params the contract's {@code operationParams}, shown to the caller
 * @param tableLabel the contract's {@code tableId}
 * @param results the contract's {@code results}; null for none
 */
public record DoneJob(
    String operation,
    Map<String, Object> params,
    @Nullable String tableLabel,
    @Nullable Long tableId,
    @Nullable Long bucketId,
    @Nullable Map<String, Object> results) {

  NewJob accepted() {
    return new NewJob(
        operation, params, null, tableLabel, tableId, bucketId, null, NewJob.Lock.NONE);
  }
}
