package io.penstock.audit.read;

import io.penstock.audit.keep.Trail;
import io.penstock.audit.keep.TrailObjects;
import io.penstock.audit.log.LogKeys;
import io.penstock.audit.log.ObjectTiles;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.EntryBundle;
import io.penstock.trail.Hash;
import io.penstock.trail.Proofs;
import io.penstock.trail.RecordProof;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TileHashes;
import io.penstock.trail.TilePath;
import io.penstock.trail.TileSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads logs for those who ask for them by the service. Nothing is answered that the newest
 * checkpoint does not cover. Thread-safe; throws {@link PlatformException} {@code UNAVAILABLE}
 * while the store is away.
 */
public final class LogReader {
  private static final String CHECKPOINT = "checkpoint";
  private static final Pattern KEPT_CHECKPOINT = Pattern.compile("checkpoints/[1-9][0-9]{0,18}");
  private static final int PART_BYTES = 4 << 20;
  private static final int PART_BUNDLES = 64;

  private final TrailObjects objects;
  private final LogKeys keys;

  public LogReader(TrailObjects objects, LogKeys keys) {
    this.objects = objects;
    this.keys = keys;
  }

  /** A line for each key that signs. */
  public String keys() {
    StringBuilder lines = new StringBuilder();
    keys.keys().forEach(key -> lines.append(key.text()).append('\n'));
    return lines.toString();
  }

  /**
   * An object of the log as it stands.
   *
   * @param path a checkpoint's or a tile's; anything else is not there
   */
  public Optional<byte[]> object(Trail trail, String path) {
    TileSource log = log(trail);
    if (path.equals(CHECKPOINT) || KEPT_CHECKPOINT.matcher(path).matches()) {
      return log.read(path);
    }
    return TilePath.parse(path).flatMap(tile -> log.read(tile.toString()));
  }

  /**
   * The proof of a record under the newest checkpoint; empty while that does not cover it.
   *
   * @param index where the search index says that it stands
   */
  public Optional<RecordProof> proof(Trail trail, long index, UUID recordId) {
    TileSource log = log(trail);
    Optional<SignedNote> note = newest(log);
    if (note.isEmpty() || index < 0) {
      return Optional.empty();
    }
    Checkpoint checkpoint = Checkpoint.parse(note.get().text());
    if (index >= checkpoint.size()) {
      return Optional.empty();
    }
    byte[] entry = bundle(log, index / TilePath.FULL, checkpoint.size()).get(place(index));
    JsonNode record = json(entry).path("record");
    if (!record.path("id").asString("").equals(recordId.toString())) {
      throw new IllegalStateException(
          "Trail %s: entry %d is record %s, and record %s in the index"
              .formatted(trail, index, record.path("id").asString("?"), recordId));
    }
    List<Hash> path = inclusion(log, index, checkpoint.size());
    if (!Proofs.included(Hash.leaf(entry), index, checkpoint.size(), path, checkpoint.root())) {
      throw new IllegalStateException(
          "Trail %s: tiles do not lead from entry %d to the root at %d"
              .formatted(trail, index, checkpoint.size()));
    }
    String text = new String(entry, StandardCharsets.UTF_8);
    return Optional.of(new RecordProof(index, text, path, note.get().toString()));
  }

  /**
   * A part of a project's entries.
   *
   * @param lines JSON lines {@code {"index":…,"entry":"…"}}
   * @param next where the next part begins; -1: this was the last
   */
  public record OwnPart(byte[] lines, long next) {}

  private record OwnEntry(long index, String entry) {}

  /** The project's entries from an index on; empty while there is no checkpoint. */
  public Optional<OwnPart> own(Trail trail, long projectId, long from) {
    TileSource log = log(trail);
    return newest(log).map(note -> own(log, Checkpoint.parse(note.text()).size(), projectId, from));
  }

  private static OwnPart own(TileSource log, long size, long projectId, long from) {
    StringBuilder lines = new StringBuilder();
    long index = from;
    for (int bundles = 0;
        index < size && bundles < PART_BUNDLES && lines.length() < PART_BYTES;
        bundles++) {
      List<byte[]> entries = bundle(log, index / TilePath.FULL, size);
      for (int place = place(index); place < entries.size(); place++, index++) {
        byte[] entry = entries.get(place);
        if (isOf(projectId, entry)) {
          String text = new String(entry, StandardCharsets.UTF_8);
          lines.append(Json.write(new OwnEntry(index, text))).append('\n');
        }
      }
    }
    return new OwnPart(
        lines.toString().getBytes(StandardCharsets.UTF_8), index < size ? index : -1);
  }

  private static boolean isOf(long projectId, byte[] entry) {
    JsonNode project = json(entry).path("record").path("projectId");
    return project.isIntegralNumber()
        ? project.longValue() == projectId
        : project.asString("").equals(Long.toString(projectId));
  }

  /** As many entries as there are in a log of this size. */
  private static List<byte[]> bundle(TileSource log, long index, long size) {
    int width = (int) Math.min(TilePath.FULL, size - index * TilePath.FULL);
    List<byte[]> entries =
        log.read(TilePath.entries(index, width))
            .or(() -> log.read(TilePath.entries(index, TilePath.FULL)))
            .map(LogReader::decoded)
            .orElseThrow(() -> unavailable("Bundle " + index + " of the log is missing", null));
    if (entries.size() < width) {
      throw unavailable("Bundle " + index + " of the log is not whole", null);
    }
    return entries.subList(0, width);
  }

  private static List<byte[]> decoded(byte[] bundle) {
    try {
      return EntryBundle.decode(bundle);
    } catch (IllegalArgumentException e) {
      throw unavailable("A bundle of the log cannot be read", e);
    }
  }

  private static List<Hash> inclusion(TileSource log, long index, long size) {
    try {
      return new TileHashes(log, size).inclusion(index, size);
    } catch (IllegalArgumentException e) {
      throw unavailable("The log's tiles cannot be read", e);
    }
  }

  private static Optional<SignedNote> newest(TileSource log) {
    return log.read(CHECKPOINT)
        .map(bytes -> SignedNote.parse(new String(bytes, StandardCharsets.UTF_8)));
  }

  private static JsonNode json(byte[] entry) {
    try {
      return Json.mapper().readTree(entry);
    } catch (JacksonException e) {
      throw unavailable("An entry of the log is not JSON", e);
    }
  }

  private static int place(long index) {
    return (int) (index % TilePath.FULL);
  }

  private TileSource log(Trail trail) {
    return new ObjectTiles(objects, trail);
  }

  private static PlatformException unavailable(
      String text, @org.jspecify.annotations.Nullable Throwable cause) {
    return new PlatformException(ErrorCode.UNAVAILABLE, text, cause);
  }
}
