package io.penstock.audit.ingest;

import io.penstock.model.audit.RecordConfirmation;

/** Where senders learn that their records are kept. */
@FunctionalInterface
public interface Confirmations {

  /**
   * @throws io.penstock.model.PlatformException {@code UNAVAILABLE} when it may not have been sent
   */
  void send(RecordConfirmation confirmation);
}
