package io.penstock.embedded.objects;

import io.penstock.embedded.objects.ObjectIndex.Attributes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * Tags of objects: sealed files beside the objects' own, since those are never changed. Tags name
 * the object's time and ETag, so that they count for no other object of the same key. Thread-safe.
 */
final class ObjectTags {
  private final ObjectFiles files;

  ObjectTags(ObjectFiles files) {
    this.files = files;
  }

  /**
   * @throws software.amazon.awssdk.services.s3.model.NoSuchKeyException when there is no such
   *     object
   */
  Map<String, String> of(String bucket, String key) {
    ObjectIndex object = files.index(bucket, key);
    try (ObjectFile file =
        ObjectFile.open(files.tagsPath(bucket, key), files.sealingOfTags(bucket, key))) {
      ObjectIndex tags = file.index();
      boolean current =
          tags.etag().equals(object.etag()) && tags.modified().equals(object.modified());
      return current ? tags.attributes().metadata() : Map.of();
    } catch (NoSuchFileException _) {
      return Map.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces all tags. */
  void put(String bucket, String key, Map<String, String> tags) {
    ObjectIndex object = files.index(bucket, key);
    Attributes attributes = new Attributes(null, null, null, null, null, null, null, tags);
    var index = new ObjectIndex(key, 0, object.etag(), object.modified(), attributes, List.of());
    Path aside = files.temporary(bucket);
    try {
      try (FileChannel file = Disk.create(aside)) {
        ObjectFile.finish(file, 0, files.sealingOfTags(bucket, key), index);
      }
      Path target = files.tagsPath(bucket, key);
      Files.createDirectories(target.resolveSibling(""));
      Files.move(
          aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      Disk.sync(target.resolveSibling(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
