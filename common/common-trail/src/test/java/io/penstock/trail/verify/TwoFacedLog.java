package io.penstock.trail.verify;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A log whose keeper shows other files to those who read them once more. */
final class TwoFacedLog implements LogCopy {
  private final DirectoryLog log;
  private final Map<String, byte[]> later;
  private final Set<String> shown = new HashSet<>();

  TwoFacedLog(Path folder, Map<String, byte[]> later) {
    this.log = new DirectoryLog(folder);
    this.later = later;
  }

  @Override
  public Optional<byte[]> read(String path) {
    byte[] other = later.get(path);
    return other == null || shown.add(path) ? log.read(path) : Optional.of(other);
  }

  @Override
  public String place() {
    return log.place();
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
    return log.entries();
  }

  @Override
  public boolean hasSegments() {
    return false;
  }

  @Override
  public OptionalLong segmentFrom(long index) {
    return OptionalLong.empty();
  }

  @Override
  public boolean hasValues() {
    return true;
  }

  @Override
  public long[] checkpointSizes() {
    return new long[0];
  }
}
