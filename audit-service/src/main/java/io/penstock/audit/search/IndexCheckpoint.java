package io.penstock.audit.search;

import io.penstock.audit.keep.Trail;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/** How far each trail is applied, as it stands in a commit's user data. */
final class IndexCheckpoint {
  private static final String VERSION = "version";
  private static final String ORIGIN = "origin";
  private static final String NEXT = "next.";

  private IndexCheckpoint() {}

  static Map<String, String> userData(String origin, Map<Trail, Long> next) {
    Map<String, String> data = new HashMap<>();
    data.put(VERSION, RecordDocument.VERSION);
    data.put(ORIGIN, origin);
    next.forEach((trail, index) -> data.put(NEXT + trail, Long.toString(index)));
    return data;
  }

  /** Null when the index has another shape or follows other trails, and so has to be made anew. */
  static @Nullable Map<Trail, Long> read(Directory directory, String origin) throws IOException {
    Map<Trail, Long> next = new ConcurrentHashMap<>();
    if (!DirectoryReader.indexExists(directory)) {
      return next;
    }
    Map<String, String> data;
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      data = reader.getIndexCommit().getUserData();
    }
    if (!RecordDocument.VERSION.equals(data.get(VERSION)) || !origin.equals(data.get(ORIGIN))) {
      return null;
    }
    data.forEach(
        (name, value) -> {
          if (name.startsWith(NEXT)) {
            next.put(new Trail(name.substring(NEXT.length())), Long.parseLong(value));
          }
        });
    return next;
  }
}
