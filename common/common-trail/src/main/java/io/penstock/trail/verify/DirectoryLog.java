package io.penstock.trail.verify;

import io.penstock.trail.DirectoryTiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A copy of {@code audit/{trail}/} in a folder. Its segments' and checkpoints' names are read once.
 */
public final class DirectoryLog implements LogCopy {
  /** Numbers that are indexes: 2^63 has 19 digits and begins with a 9. */
  private static final Pattern SEGMENT = Pattern.compile("00[0-9]{18}|0[1-8][0-9]{18}");

  private static final Pattern CHECKPOINT = Pattern.compile("0|[1-9][0-9]{0,17}|[1-8][0-9]{18}");

  private final Path directory;
  private final DirectoryTiles tiles;
  private long @Nullable [] segments;

  public DirectoryLog(Path directory) {
    this.directory = directory;
    this.tiles = new DirectoryTiles(directory);
  }

  @Override
  public String place() {
    return directory.toString();
  }

  @Override
  public Optional<byte[]> read(String path) {
    return tiles.read(path);
  }

  @Override
  public boolean isCopied() {
    return true;
  }

  @Override
  public boolean hasBundles() {
    return true;
  }

  @Override
  public Iterator<IndexedEntry> entries() {
    return Collections.emptyIterator();
  }

  @Override
  public boolean hasSegments() {
    return Files.isDirectory(directory.resolve("segments"));
  }

  @Override
  public OptionalLong segmentFrom(long index) {
    long[] known = segments == null ? numbers("segments", SEGMENT) : segments;
    segments = known;
    int found = Arrays.binarySearch(known, index);
    int at = found < 0 ? -found - 1 : found;
    return at < known.length ? OptionalLong.of(known[at]) : OptionalLong.empty();
  }

  /** Always: a folder that is not there may have been taken away. */
  @Override
  public boolean hasValues() {
    return true;
  }

  @Override
  public long[] checkpointSizes() {
    return numbers("checkpoints", CHECKPOINT);
  }

  private long[] numbers(String folder, Pattern names) {
    Path path = directory.resolve(folder);
    if (!Files.isDirectory(path)) {
      return new long[0];
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> names.matcher(name).matches())
          .mapToLong(Long::parseLong)
          .sorted()
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
