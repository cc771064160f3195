package io.penstock.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.trail.Checkpoint;
import io.penstock.trail.DirectoryTiles;
import io.penstock.trail.EntryBundle;
import io.penstock.trail.Hash;
import io.penstock.trail.NoteKey;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TilePath;
import io.penstock.trail.TreeEdge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A log in a directory, checked from its segments up by somebody who trusts nothing of it. */
final class PlainCopy {
  private final Path directory;
  private final DirectoryTiles tiles;

  PlainCopy(Path directory) {
    this.directory = directory;
    this.tiles = new DirectoryTiles(directory);
  }

  boolean hasCheckpoint() {
    return has("checkpoint");
  }

  boolean has(String path) {
    return tiles.read(path).isPresent();
  }

  Checkpoint checkpoint(NoteKey key) {
    SignedNote note =
        SignedNote.parse(
            new String(tiles.read("checkpoint").orElseThrow(), StandardCharsets.UTF_8));
    assertThat(note.verifiedBy(List.of(key))).containsExactly(key);
    return Checkpoint.parse(note.text());
  }

  /** Everything that the checkpoint speaks of is there, and comes from the segments. */
  Checkpoint verify(NoteKey key) throws IOException {
    Checkpoint checkpoint = checkpoint(key);
    assertThat(read("checkpoints/" + checkpoint.size())).isEqualTo(read("checkpoint"));
    List<String> lines = lines();
    assertThat(lines.size()).isGreaterThanOrEqualTo((int) checkpoint.size());
    TreeEdge edge = new TreeEdge();
    List<byte[]> entries = new ArrayList<>();
    Map<String, byte[]> expected = new HashMap<>();
    for (String line : lines.subList(0, (int) checkpoint.size())) {
      byte[] entry = line.getBytes(StandardCharsets.UTF_8);
      entries.add(entry);
      edge.append(Hash.leaf(entry));
      if (entries.size() == TilePath.FULL) {
        expected.put(
            TilePath.entries(edge.size() / TilePath.FULL - 1, TilePath.FULL),
            EntryBundle.encode(entries));
        entries.clear();
      }
    }
    if (!entries.isEmpty()) {
      expected.put(
          TilePath.entries(edge.size() / TilePath.FULL, entries.size()),
          EntryBundle.encode(entries));
    }
    edge.takeFull().forEach(tile -> expected.put(tile.path().toString(), tile.bytes()));
    edge.partial().forEach(tile -> expected.put(tile.path().toString(), tile.bytes()));
    assertThat(edge.root()).isEqualTo(checkpoint.root());
    expected.forEach((path, bytes) -> assertThat(read(path)).as(path).isEqualTo(bytes));
    return checkpoint;
  }

  /** The lines of all segments, from key to key. */
  List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    Path segment = segment(0);
    while (Files.exists(segment)) {
      lines.addAll(Files.readAllLines(segment, StandardCharsets.UTF_8));
      segment = segment(lines.size());
    }
    return lines;
  }

  Path segment(long first) {
    return directory.resolve("segments/%020d".formatted(first));
  }

  /** All files of the log but its segments, by their paths. */
  Map<String, String> files() throws IOException {
    Map<String, String> files = new HashMap<>();
    try (var walk = Files.walk(directory)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        String path = directory.relativize(file).toString();
        if (!path.startsWith("segments/")) {
          files.put(path, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        }
      }
    }
    return files;
  }

  void write(String path, byte[] bytes) throws IOException {
    Files.createDirectories(directory.resolve(path).getParent());
    Files.write(directory.resolve(path), bytes);
  }

  byte[] read(String path) {
    return tiles.read(path).orElseThrow();
  }

  void delete(String path) throws IOException {
    Files.delete(directory.resolve(path));
  }
}
