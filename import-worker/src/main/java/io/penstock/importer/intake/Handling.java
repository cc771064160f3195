package io.penstock.importer.intake;

import java.time.Duration;

/** What became of a delivered message. */
public sealed interface Handling {
  /** The end is in the ledger and reported: acknowledge. */
  record Ended() implements Handling {}

  /** The job runs elsewhere: leave the message for later. */
  record Busy(Duration pause) implements Handling {}

  /** It failed in a way that may be over later; nothing is in the ledger. */
  record Failed(String exceptionId) implements Handling {}
}
