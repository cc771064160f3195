package io.penstock.model.audit;

import java.util.List;
import java.util.UUID;

/** Ids of records that audit-service keeps durably, so that the sender may forget them. */
public record RecordConfirmation(List<UUID> ids) {
  public RecordConfirmation {
    ids = List.copyOf(ids);
  }
}
