package io.penstock.audit.ingest;

/** Where records come from. */
public interface RecordFeed {

  /** Begins to receive; nothing when it does already. Throws while the source cannot be reached. */
  void start();

  /** Ends what was begun and receives no more; nothing when it was not started. */
  void stop();

  /** Throws while the source cannot be reached. */
  void check();
}
