package io.penstock.storage.file;

import java.util.Optional;

/** Files that something else needs; implemented by the features that keep what they are in one. */
public interface KeptFiles {

  /** Why the file may not be deleted, as its owner should read it; empty: it may. */
  Optional<String> reason(StoredFile file);
}
