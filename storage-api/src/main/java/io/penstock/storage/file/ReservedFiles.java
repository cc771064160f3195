package io.penstock.storage.file;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Files that are on their way through this process. Their rows are hidden from the beginning, so
 * that the sweeper finds what a crash leaves in the store, and under a lease, so that it waits.
 */
@Repository
class ReservedFiles {
  /** Nobody uploads longer than this. */
  private static final Duration LEASE = Duration.ofHours(24);

  private final JdbcClient jdbc;
  private final FileRows rows;

  ReservedFiles(JdbcClient jdbc, FileRows rows) {
    this.jdbc = jdbc;
    this.rows = rows;
  }

  /** A reservation; whoever takes it over afterwards has another time in the row. */
  record Reservation(long id, OffsetDateTime until) {}

  Reservation reserve(StoredFile file, Instant now) {
    OffsetDateTime until = now.plus(LEASE).truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
    rows.insertHidden(file, until);
    return new Reservation(file.id(), until);
  }

  /** Shows the file as it has become; false when its time was over. */
  boolean reveal(Reservation reservation, StoredFile file) {
    return jdbc.sql(
                """
                UPDATE stored_file SET deleted_at = NULL, purge_lease_until = NULL, shown = true, name = :name, size_bytes = :size,
                  size_seen = true, content_type = :type, encrypted = :encrypted, tags = :tags, max_age_days = :age
                WHERE id = :id AND deleted_at IS NOT NULL AND purged_at IS NULL AND purge_lease_until = :until
                """)
            .param("id", reservation.id())
            .param("until", reservation.until())
            .param("name", file.name())
            .param("size", file.sizeBytes())
            .param("type", file.contentType())
            .param("encrypted", file.encrypted())
            .param("tags", file.tags().toArray(String[]::new))
            .param("age", file.maxAgeDays())
            .update()
        == 1;
  }

  /**
   * The upload has failed: the sweeper may look at what it left. False when the file is shown, or
   * taken over: then nothing of it may be touched. Waits for the end of a transaction that shows
   * it.
   */
  boolean release(Reservation reservation) {
    return jdbc.sql(
                "UPDATE stored_file SET purge_lease_until = NULL"
                    + " WHERE id = :id AND deleted_at IS NOT NULL AND purge_lease_until = :until")
            .param("id", reservation.id())
            .param("until", reservation.until())
            .update()
        == 1;
  }
}
