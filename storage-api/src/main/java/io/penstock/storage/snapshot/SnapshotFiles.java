package io.penstock.storage.snapshot;

import io.penstock.storage.file.KeptFiles;
import io.penstock.storage.file.StoredFile;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** A snapshot's rows are in a file: it goes with the snapshot and not alone. */
@Component
class SnapshotFiles implements KeptFiles {
  private final SnapshotRows rows;

  SnapshotFiles(SnapshotRows rows) {
    this.rows = rows;
  }

  @Override
  public Optional<String> reason(StoredFile file) {
    if (!file.key().startsWith(SnapshotService.FOLDER)) {
      return Optional.empty();
    }
    if (rows.isInUse(file.projectId(), file.id())) {
      return Optional.of(
          "The file %d belongs to a snapshot whose job has not ended yet".formatted(file.id()));
    }
    return rows.ofFile(file.projectId(), file.id())
        .map(
            id ->
                "The file %d holds the rows of the snapshot %d: delete the snapshot instead"
                    .formatted(file.id(), id));
  }
}
