package io.penstock.uploader;

import java.time.Duration;

/**
 * Hears how an upload gets on. Calls come one at a time, but from different threads; they should
 * return quickly, for the transfer waits for them.
 */
@FunctionalInterface
public interface Progress {
  /** Hears nothing. */
  Progress NONE = (_, _, _) -> {};

  /** The steps of one upload, in their order. */
  enum Phase {
    /** The target is looked at and credentials for the object store are fetched. */
    PREPARING,
    /** The bytes of the file are on their way. */
    SENDING,
    /** The server has the file and loads it. */
    IMPORTING,
    /** The rows are in the table. */
    DONE
  }

  /**
   * Something has moved on.
   *
   * @param bytesSent bytes of the file handed to the network; goes back when a part has to be sent
   *     again
   * @param bytesTotal size of the file
   */
  void update(Phase phase, long bytesSent, long bytesTotal);

  /**
   * A call failed for a reason that may pass, and will be tried again.
   *
   * @param reason what went wrong, for a person to read
   * @param pause time until the next try
   */
  default void waiting(String reason, Duration pause) {}

  /**
   * Something that the user should know.
   *
   * @param text one line for a person to read
   */
  default void note(String text) {}

  /** The file has a place in the project's file storage. */
  default void prepared(long fileId) {}

  /** The object is complete in the store. */
  default void sent(long fileId, SentObject object) {}

  /** The server has accepted the job that loads the file. */
  default void accepted(long jobId) {}
}
