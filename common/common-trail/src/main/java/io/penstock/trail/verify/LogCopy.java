package io.penstock.trail.verify;

import io.penstock.trail.TileSource;
import java.util.Iterator;
import java.util.OptionalLong;

/** A log as far as one who checks it can read it. */
public interface LogCopy extends TileSource {

  /** Where somebody would look for it: a folder or an address. */
  String place();

  /** Whether it was copied file by file before, so that the files may be of different times. */
  boolean isCopied();

  /** Whether the bundles of entries can be read. */
  boolean hasBundles();

  /**
   * Entries told one by one, in the order of their indexes, where bundles cannot be read; not all
   * of the log's.
   */
  Iterator<IndexedEntry> entries();

  /** Whether the segments, from which the log was derived, can be read too. */
  boolean hasSegments();

  /** The first segment that begins at this index or behind it. */
  OptionalLong segmentFrom(long index);

  /** Whether what stands beside the entries, in {@code values/}, can be read too. */
  boolean hasValues();

  /** Sizes of the checkpoints that were kept beside the newest, ascending. */
  long[] checkpointSizes();

  /** One entry and where the log is said to have it. */
  record IndexedEntry(long index, byte[] entry) {}
}
