package io.penstock.storage.file;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Events;
import io.penstock.storage.web.Events.Event;
import java.util.Map;
import org.springframework.stereotype.Service;

/**
 * Tags of files that are there already. Adding one that the file has, or removing one that it has
 * not, changes nothing and succeeds.
 */
@Service
class FileTags {
  private final FileRows rows;
  private final Files files;
  private final Changes changes;
  private final Events events;

  FileTags(FileRows rows, Files files, Changes changes, Events events) {
    this.rows = rows;
    this.files = files;
    this.changes = changes;
    this.events = events;
  }

  void add(Caller caller, long id, String tag) {
    StoredFile file = files.requireOwned(caller, id);
    Files.about(file);
    NewFile.requireTag(tag);
    changes.commit(
        204,
        () -> {
          StoredFile now = files.lockOwned(caller, id);
          if (!now.tags().contains(tag)) {
            if (now.tags().size() >= NewFile.MAX_TAGS) {
              throw NewFile.invalid("tag: a file may have %d at most".formatted(NewFile.MAX_TAGS));
            }
            rows.addTag(id, tag);
            tell("storage.fileTagAdded", "Added tag to file ", now, tag);
          }
          return now;
        });
  }

  void remove(Caller caller, long id, String tag) {
    StoredFile file = files.requireOwned(caller, id);
    Files.about(file);
    changes.commit(
        204,
        () -> {
          StoredFile now = files.lockOwned(caller, id);
          if (now.tags().contains(tag)) {
            rows.removeTag(id, tag);
            tell("storage.fileTagDeleted", "Removed tag from file ", now, tag);
          }
          return now;
        });
  }

  private void tell(String event, String message, StoredFile file, String tag) {
    events.append(
        Event.of(event, message + file.name(), Files.object(file)).with(Map.of("tag", tag)));
  }
}
