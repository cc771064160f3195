package io.penstock.storage.file;

import io.penstock.aws.ObjectStore;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Links by which anyone can read a file for an hour. */
@Component
public class FileLinks {
  static final Duration VALIDITY = Duration.ofHours(1);

  private final ObjectStore objects;
  private final Clock clock;

  FileLinks(ObjectStore objects, Clock clock) {
    this.objects = objects;
    this.clock = clock;
  }

  /** To the object, or to a sliced file's manifest; null where the file has expired. */
  public @Nullable String to(StoredFile file) {
    if (file.isExpired(clock.instant())) {
      return null;
    }
    return objects.presignGet(file.bucket(), file.head(), VALIDITY).toString();
  }
}
