package io.penstock.storage.table;

import io.penstock.storage.file.StoredFile;

/** The file that a load reads. Belongs to one call. */
record LoadFile(StoredFile file) implements AutoCloseable {
  StoredFile reveal() {
    return file;
  }

  void accepted() {}

  @Override
  public void close() {}
}
