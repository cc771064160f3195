package io.penstock.audit.keep;

import java.time.Duration;

/**
 * How records come together in a segment.
 *
 * @param window how long the first record waits for others
 * @param records from how many on a group waits no longer
 * @param patience how long a caller waits for its turn before it is told to come again
 */
public record Grouping(Duration window, int records, Duration patience) {}
