package io.penstock.storage.trail;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.KeptRecord;
import io.penstock.storage.access.Caller;
import io.penstock.storage.event.AuditClient;
import io.penstock.trail.TilePath;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/**
 * The log of a caller's organisation. Hashes tell nothing about records, so that every token of the
 * organisation may read them; entries are records, those of all its projects side by side.
 */
@Service
class TrailLog {
  private final AuditClient audit;
  private final JdbcClient jdbc;

  TrailLog(AuditClient audit, JdbcClient jdbc) {
    this.audit = audit;
    this.jdbc = jdbc;
  }

  byte[] checkpoint(Caller caller) {
    return object(caller, "checkpoint")
        .orElseThrow(() -> notFound("The log has no checkpoint yet"));
  }

  byte[] checkpoint(Caller caller, long size) {
    return object(caller, "checkpoints/" + size)
        .orElseThrow(() -> notFound("There is no checkpoint of size " + size));
  }

  /**
   * A tile of hashes.
   *
   * @param path as the log has it, {@code tile/0/x001/234}
   */
  byte[] hashes(Caller caller, String path) {
    return tile(caller, path, false);
  }

  /**
   * A bundle of entries.
   *
   * @throws PlatformException {@code ACCESS_DENIED} where it holds other projects' records
   */
  byte[] entries(Caller caller, String path) {
    requireAlone(caller);
    return tile(caller, path, true);
  }

  private byte[] tile(Caller caller, String path, boolean entries) {
    return TilePath.parse(path)
        .filter(tile -> tile.isEntries() == entries)
        .flatMap(tile -> object(caller, tile.toString()))
        .orElseThrow(() -> notFound("The log has no such tile"));
  }

  byte[] key() {
    return audit
        .read("/internal/log/key")
        .orElseThrow(() -> notFound("This installation signs no checkpoints"));
  }

  /** The project's own entries from an index on, in lines. */
  AuditClient.Part ownEntries(Caller caller, long from) {
    return audit
        .readPart(
            "/internal/log/%d/entries?projectId=%d&from=%d"
                .formatted(caller.project().organisationId(), caller.projectId(), from))
        .orElseThrow(() -> notFound("The log has no checkpoint yet"));
  }

  /**
   * The JSON of a {@link io.penstock.trail.RecordProof}.
   *
   * @throws PlatformException {@code UNAVAILABLE} while no checkpoint covers the record
   */
  String proof(Caller caller, KeptRecord kept) {
    if (kept.index() < 0) {
      throw notYet();
    }
    byte[] proof =
        audit
            .read(
                "/internal/log/%d/proof/%d?recordId=%s"
                    .formatted(caller.project().organisationId(), kept.index(), kept.record().id()))
            .orElseThrow(TrailLog::notYet);
    return new String(proof, StandardCharsets.UTF_8);
  }

  private Optional<byte[]> object(Caller caller, String path) {
    return audit.read(
        "/internal/log/%d/object?path=%s"
            .formatted(
                caller.project().organisationId(),
                URLEncoder.encode(path, StandardCharsets.UTF_8)));
  }

  /** Projects that were deleted have left their records in the log. */
  private void requireAlone(Caller caller) {
    boolean alone =
        jdbc.sql(
                """
                SELECT NOT EXISTS (SELECT FROM project WHERE organisation_id = :organisation AND id <> :project)
                """)
            .param("organisation", caller.project().organisationId())
            .param("project", caller.projectId())
            .query(Boolean.class)
            .single();
    if (!alone) {
      throw new PlatformException(
          ErrorCode.ACCESS_DENIED,
          "You don't have access to resource. Bundles hold the records of all projects of the"
              + " organisation: read your own from /v2/audit/log/entries, and prove them by"
              + " /v2/audit/proof/{event}");
    }
  }

  private static PlatformException notYet() {
    return new PlatformException(
        ErrorCode.UNAVAILABLE,
        "The record is not under a checkpoint yet; try again in some seconds");
  }

  private static PlatformException notFound(String text) {
    return new PlatformException(ErrorCode.ROUTE_NOT_FOUND, text);
  }
}
