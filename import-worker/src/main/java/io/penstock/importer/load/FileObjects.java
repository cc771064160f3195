package io.penstock.importer.load;

import io.penstock.aws.NoSuchObjectException;
import io.penstock.aws.ObjectStore;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.FileSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The objects that a file consists of: itself, or the slices of its manifest in their order. */
final class FileObjects implements SourceObjects {
  private final ObjectStore objects;
  private final FileSource source;

  FileObjects(ObjectStore objects, FileSource source) {
    this.objects = objects;
    this.source = source;
  }

  @Override
  public List<Entry> entries() throws IOException {
    return source.sliced() ? slices() : List.of(new Entry(source.key(), true));
  }

  @Override
  public boolean isGzip(Entry entry) {
    return source.gzip() || (source.sliced() && entry.key().endsWith(".gz"));
  }

  @Override
  public boolean isSliced() {
    return source.sliced();
  }

  /**
   * Opens one of the objects, encrypted under its customer's key.
   *
   * @return empty: a slice that is not there, and that the manifest says may be missing
   */
  @Override
  public Optional<InputStream> open(Entry entry) {
    String key = entry.key();
    try {
      objects.ensureKey(source.bucket(), key);
      return Optional.of(objects.open(source.bucket(), key));
    } catch (NoSuchObjectException e) {
      if (!entry.mandatory()) {
        return Optional.empty();
      }
      throw source.sliced()
          ? new PlatformException(
              ErrorCode.SLICE_MISSING, "A slice that the manifest names is not there: " + key, e)
          : new PlatformException(
              ErrorCode.FILE_NOT_UPLOADED,
              "The file %d has not been uploaded.".formatted(source.fileId()),
              e);
    }
  }

  private List<Entry> slices() throws IOException {
    List<Entry> slices = new ArrayList<>();
    for (SliceManifest.Slice slice : manifest()) {
      slices.add(new Entry(key(slice.url()), slice.mandatory()));
    }
    return slices;
  }

  private List<SliceManifest.Slice> manifest() throws IOException {
    try (InputStream stream = objects.open(source.bucket(), source.key() + "manifest")) {
      byte[] body = stream.readNBytes(SliceManifest.MAX_BYTES + 1);
      if (body.length > SliceManifest.MAX_BYTES) {
        throw unreadable(new IllegalArgumentException("is larger than 16 MB"));
      }
      return SliceManifest.read(body);
    } catch (NoSuchObjectException e) {
      throw new PlatformException(
          ErrorCode.SLICE_MANIFEST_MISSING,
          "The manifest of file %d has not been uploaded.".formatted(source.fileId()),
          e);
    } catch (IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  private PlatformException unreadable(IllegalArgumentException cause) {
    return new PlatformException(
        ErrorCode.SLICE_MANIFEST_MISSING,
        "The manifest of file %d %s.".formatted(source.fileId(), cause.getMessage()),
        cause);
  }

  /**
   * The key in {@code s3://bucket/key}, or in the object's https address; only below the file's
   * own.
   */
  private String key(String url) {
    String inBucket = "s3://" + source.bucket() + "/";
    String key = null;
    if (url.startsWith(inBucket)) {
      key = url.substring(inBucket.length());
    } else if (url.startsWith("https://")) {
      key = path(url);
    }
    if (key == null || !key.startsWith(source.key())) {
      throw new PlatformException(
          ErrorCode.SLICE_OUTSIDE_FILE, "A slice lies outside of its file: " + url);
    }
    return key;
  }

  private @Nullable String path(String url) {
    try {
      String path = URI.create(url).getPath();
      if (path == null || path.isEmpty()) {
        return null;
      }
      String withBucket = "/" + source.bucket() + "/";
      return path.substring(path.startsWith(withBucket) ? withBucket.length() : 1);
    } catch (IllegalArgumentException e) {
      return null; // no address: outside of the file
    }
  }
}
