package io.penstock.storage.file;

import io.penstock.aws.ObjectStore;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Links by which anyone can read a file for an hour. */
@Component
public class FileLinks {
  static final Duration VALIDITY = Duration.ofHours(1);

  private final ObjectStore objects;

  FileLinks(ObjectStore objects) {
    this.objects = objects;
  }

  /** To the object, or to a sliced file's manifest. */
  public String to(StoredFile file) {
    return objects.presignGet(file.bucket(), file.head(), VALIDITY).toString();
  }
}
