package io.penstock.storage.table;

import io.penstock.storage.file.IncomingFiles;
import io.penstock.storage.file.IncomingFiles.Incoming;
import io.penstock.storage.file.StoredFile;
import org.jspecify.annotations.Nullable;

/**
 * The file that a load reads: one of the project's, or one that the call itself has brought, which
 * is kept only if the load is accepted. Belongs to one call.
 */
final class LoadFile implements AutoCloseable {
  private final StoredFile file;
  private final @Nullable Incoming incoming;
  private final @Nullable IncomingFiles incomings;
  private boolean revealed;
  private boolean kept;

  private LoadFile(
      StoredFile file, @Nullable Incoming incoming, @Nullable IncomingFiles incomings) {
    this.file = file;
    this.incoming = incoming;
    this.incomings = incomings;
  }

  /** Lies in the bucket already, for everybody who may see it. */
  static LoadFile known(StoredFile file) {
    return new LoadFile(file, null, null);
  }

  static LoadFile brought(Incoming incoming, IncomingFiles incomings) {
    return new LoadFile(incoming.file(), incoming, incomings);
  }

  StoredFile file() {
    return file;
  }

  /** In the transaction that accepts the load. */
  StoredFile reveal() {
    if (incoming != null && incomings != null) {
      incomings.reveal(incoming);
    }
    revealed = true;
    return file;
  }

  /** That transaction has committed. A repeated call got its first job: nothing was revealed. */
  void accepted() {
    kept = revealed;
  }

  @Override
  public void close() {
    if (!kept && incoming != null && incomings != null) {
      incomings.giveUp(incoming);
    }
  }
}
