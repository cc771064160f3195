package io.penstock.importer.load;

import io.penstock.importer.csv.CsvInput;
import io.penstock.importer.csv.StoredBytes;
import io.penstock.model.job.JobOutcome.ObjectDigest;
import java.io.IOException;
import java.io.InputStream;

/**
 * One of a load's objects as it streams by: digested as stored, unpacked, scanned. Belongs to one
 * thread.
 */
final class OpenObject implements AutoCloseable {
  private final int index;
  private final String key;
  private final StoredBytes stored;
  private final InputStream unpacked;
  private final CsvInput input;

  OpenObject(int index, String key, StoredBytes stored, InputStream unpacked, CsvInput input) {
    this.index = index;
    this.key = key;
    this.stored = stored;
    this.unpacked = unpacked;
    this.input = input;
  }

  /** Its place in the manifest, from 0. */
  int index() {
    return index;
  }

  String key() {
    return key;
  }

  CsvInput input() {
    return input;
  }

  /** Call once, when all is read. */
  ObjectDigest digest() {
    return new ObjectDigest(key, stored.count(), stored.sha256());
  }

  @Override
  public void close() throws IOException {
    unpacked.close();
  }
}
