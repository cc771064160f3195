package io.penstock.importer.workspace;

import java.time.Duration;

/**
 * How long a job keeps its place for what a workspace's user made of a table or view.
 *
 * @param lockWait for each lock that a session of the user holds
 * @param nextRow without any row, from the beginning or from the row before
 * @param longest from the job's beginning to the last row
 */
public record ReadPatience(Duration lockWait, Duration nextRow, Duration longest) {
  public ReadPatience {
    for (Duration each : new Duration[] {lockWait, nextRow, longest}) {
      if (each.toMillis() < 1) {
        throw new IllegalArgumentException("A wait for a workspace must be longer than nothing");
      }
    }
  }
}
