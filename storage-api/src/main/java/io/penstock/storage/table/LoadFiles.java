package io.penstock.storage.table;

import io.penstock.storage.access.Caller;
import io.penstock.storage.file.Files;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.table.LoadSource.FromFile;
import org.springframework.stereotype.Component;

/**
 * Files for loads: whatever a load reads lies in the customer's bucket before its job is accepted.
 * Asks the object store, so it is never called inside a transaction. Thread-safe.
 */
@Component
class LoadFiles {
  private final Files files;

  LoadFiles(Files files) {
    this.files = files;
  }

  boolean serves(LoadSource source) {
    return source instanceof FromFile;
  }

  LoadFile of(Caller caller, LoadSource source) {
    if (!(source instanceof FromFile(long fileId))) {
      throw new IllegalArgumentException("No file: " + source.parameter());
    }
    StoredFile file = files.requireReadable(caller, fileId);
    files.requireUploaded(file);
    return new LoadFile(file);
  }
}
