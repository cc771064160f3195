package io.penstock.trail.verify;

import io.penstock.trail.CanonicalJson;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.EntryBundle;
import io.penstock.trail.Hash;
import io.penstock.trail.KeyFile;
import io.penstock.trail.NoteKey;
import io.penstock.trail.NoteSigner;
import io.penstock.trail.RecordProof;
import io.penstock.trail.SignedNote;
import io.penstock.trail.Tile;
import io.penstock.trail.TileHashes;
import io.penstock.trail.TilePath;
import io.penstock.trail.TreeEdge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A log in a folder, made from the arithmetic alone, and its keeper, who may lie about it. */
public final class TestLog {
  public static final String NAME = "log.example/audit";
  public static final Instant BEGIN = Instant.parse("2020-01-01T10:00:00Z");

  private final Path folder;
  private final String origin;
  private final NoteSigner signer;
  private final List<byte[]> entries = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>();
  private final Map<String, byte[]> values = new TreeMap<>();

  public TestLog(Path folder, String origin, NoteSigner signer) {
    this.folder = folder;
    this.origin = origin;
    this.signer = signer;
  }

  public static NoteSigner newSigner() {
    return KeyFile.signer(NAME, KeyFile.generate());
  }

  /** The log of organisation 12 with so many records, in segments of 100. */
  public static TestLog of(Path folder, int records) {
    return new TestLog(folder, NAME + "/12", newSigner()).grow(records).write();
  }

  public Path folder() {
    return folder;
  }

  public NoteKey key() {
    return signer.key();
  }

  public NoteSigner signer() {
    return signer;
  }

  public int size() {
    return entries.size();
  }

  /** How many records a segment has, and a checkpoint after each. */
  public static int segment(int records) {
    return records > 10_000 ? 5_000 : 100;
  }

  /** So many further records; a segment ends with each hundred and with the last. */
  public TestLog grow(int records) {
    int segment = segment(records);
    for (int i = 0; i < records; i++) {
      entries.add(entry(entries.size(), record(entries.size())));
      if (entries.size() % segment == 0 || i == records - 1) {
        ends.add(entries.size());
      }
    }
    return this;
  }

  /** One more record, in a segment of its own. */
  public TestLog add(Map<String, Object> record) {
    return add(List.of(record));
  }

  /** One more record, of which these texts stand beside the log. */
  public TestLog add(Map<String, Object> record, List<String> texts) {
    int index = entries.size();
    List<String> replaced = new ArrayList<>();
    for (String text : texts) {
      String hash = Sha256.hex(bytes(text));
      values.put(hash, bytes(text));
      replaced.add(hash);
    }
    entries.add(
        CanonicalJson.ofValue(
            Map.of("index", index, "record", record, "replaced", replaced, "schema", 1)));
    ends.add(entries.size());
    return this;
  }

  /** Further records, in one segment. */
  public TestLog add(List<Map<String, Object>> records) {
    records.forEach(record -> entries.add(entry(entries.size(), record)));
    ends.add(entries.size());
    return this;
  }

  /** The record that {@link #grow} makes for an index: one a second. */
  public static Map<String, Object> record(int number) {
    Instant time = BEGIN.plusSeconds(number);
    return Map.of(
        "id",
        id(time, number).toString(),
        "time",
        time.toString(),
        "kind",
        "CALL",
        "organisationId",
        12,
        "projectId",
        100 + number % 2,
        "operation",
        "GET /v2/storage/buckets",
        "message",
        "Call " + number,
        "outcome",
        "ALLOWED",
        "status",
        200);
  }

  /** A UUID of version 7. */
  public static UUID id(Instant time, long number) {
    return new UUID(time.toEpochMilli() << 16 | 0x7000L, 1L << 63 | number);
  }

  public static byte[] entry(long index, Map<String, Object> record) {
    return CanonicalJson.ofValue(Map.of("index", index, "record", record, "schema", 1));
  }

  public byte[] entry(int index) {
    return entries.get(index);
  }

  /** Replaces an entry; nothing is written. */
  public void rewrite(int index, UnaryOperator<String> change) {
    entries.set(index, change.apply(text(index)).getBytes(StandardCharsets.UTF_8));
  }

  public String text(int index) {
    return new String(entries.get(index), StandardCharsets.UTF_8);
  }

  /** Writes all anew, as the keeper of the signing key can. */
  public TestLog write() {
    try {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
      }
      values.forEach((hash, value) -> file("values/" + hash, value));
      TreeEdge edge = new TreeEdge();
      int from = 0;
      for (int to : ends) {
        segment(from, to);
        for (byte[] entry : entries.subList(from, to)) {
          edge.append(Hash.leaf(entry));
        }
        edge.takeFull().forEach(this::tile);
        edge.partial().forEach(this::tile);
        file("checkpoints/" + to, bytes(note(edge)));
        from = to;
      }
      file("checkpoint", bytes(note(edge)));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void segment(int from, int to) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (byte[] entry : entries.subList(from, to)) {
      lines.writeBytes(entry);
      lines.write('\n');
    }
    file("segments/%020d".formatted(from), lines.toByteArray());
  }

  private void tile(Tile tile) {
    file(tile.path().toString(), tile.bytes());
    if (tile.path().level() == 0) {
      int first = (int) tile.path().index() * TilePath.FULL;
      int width = tile.path().width();
      file(
          TilePath.entries(tile.path().index(), width),
          EntryBundle.encode(entries.subList(first, first + width)));
    }
  }

  private SignedNote note(TreeEdge edge) {
    return SignedNote.sign(
        new Checkpoint(origin, edge.size(), edge.root()).text(), List.of(signer));
  }

  public SignedNote checkpoint() {
    return SignedNote.parse(new String(read("checkpoint"), StandardCharsets.UTF_8));
  }

  /** As the server would export it. */
  public RecordProof proof(int index) {
    DirectoryLog log = new DirectoryLog(folder);
    return new RecordProof(
        index,
        text(index),
        new TileHashes(log, size()).inclusion(index, size()),
        checkpoint().toString());
  }

  /** Overwrites a file. */
  public void file(String path, byte[] content) {
    try {
      Path file = folder.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public byte[] read(String path) {
    try {
      return Files.readAllBytes(folder.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void delete(String path) {
    try {
      Files.delete(folder.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The path of the last tile or bundle, whatever its width. */
  public String last(String level) {
    int width = size() % TilePath.FULL == 0 ? TilePath.FULL : size() % TilePath.FULL;
    int index = (size() - 1) / TilePath.FULL;
    return level.equals("entries")
        ? TilePath.entries(index, width)
        : TilePath.hash(Integer.parseInt(level), index, width);
  }

  /** Changes the entries of a bundle. */
  public void bundle(String path, UnaryOperator<List<byte[]>> change) {
    List<byte[]> changed = change.apply(new ArrayList<>(EntryBundle.decode(read(path))));
    file(path, EntryBundle.encode(changed));
  }

  /** Changes the lines of a segment. */
  public void lines(int first, UnaryOperator<List<String>> change) {
    String path = "segments/%020d".formatted(first);
    List<String> lines =
        new ArrayList<>(new String(read(path), StandardCharsets.UTF_8).lines().toList());
    file(path, bytes(String.join("\n", change.apply(lines)) + "\n"));
  }

  /** A verifier that knows the key, at a time shortly after the last record. */
  public LogVerifier verifier() {
    return verifier(Duration.ofMinutes(1));
  }

  /** The same, so long after the last record. */
  public LogVerifier verifier(Duration after) {
    return verifier(new DirectoryLog(folder), after);
  }

  /** The same, of another copy. */
  public LogVerifier verifier(LogCopy copy) {
    return verifier(copy, Duration.ofMinutes(1));
  }

  private LogVerifier verifier(LogCopy copy, Duration after) {
    return new LogVerifier(
        copy, List.of(key()), Clock.fixed(BEGIN.plusSeconds(size()).plus(after), ZoneOffset.UTC));
  }

  /** Turns one bit of a file around. */
  public void flip(String path, int at) {
    byte[] bytes = read(path);
    bytes[at] ^= 1;
    file(path, bytes);
  }

  public static byte[] bytes(Object text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
