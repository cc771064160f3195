package io.penstock.uploader;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object of the store as a stream that goes on after a broken connection: what was read is not
 * asked for again. Used by one thread.
 */
final class SliceStream extends InputStream {
  private static final int BREAKS = 5;

  private final S3Client store;
  private final String bucket;
  private final String key;

  private @Nullable ResponseInputStream<GetObjectResponse> current;
  private @Nullable String version;
  private long position;
  private long size;
  private int breaksLeft = BREAKS;

  /**
   * @throws software.amazon.awssdk.core.exception.SdkException when the object cannot be opened
   */
  SliceStream(S3Client store, String bucket, String key) {
    this.store = store;
    this.bucket = bucket;
    this.key = key;
    ResponseInputStream<GetObjectResponse> opened = open();
    this.version = opened.response().eTag();
    this.size = opened.response().contentLength();
    this.current = opened;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int start, int count) throws IOException {
    while (position < size) {
      try {
        ResponseInputStream<GetObjectResponse> in = current == null ? open() : current;
        current = in;
        int got = in.read(buffer, start, count);
        if (got < 0) {
          throw new EOFException("the object store sent less than it announced");
        }
        position += got;
        return got;
      } catch (IOException e) {
        drop();
        if (--breaksLeft < 0) {
          throw e;
        }
      }
    }
    return -1;
  }

  /**
   * {@link java.util.zip.GZIPInputStream} looks for a further member only where something is
   * available.
   */
  @Override
  public int available() {
    return position < size ? 1 : 0;
  }

  @Override
  public void close() {
    drop();
  }

  /** The same bytes as before or none: the entity tag keeps two versions from being joined. */
  private ResponseInputStream<GetObjectResponse> open() {
    var request = GetObjectRequest.builder().bucket(bucket).key(key);
    if (position > 0) {
      request.range("bytes=" + position + "-").ifMatch(version);
    }
    return store.getObject(request.build());
  }

  /** Aborts: closing would read the rest of the answer first. */
  private void drop() {
    if (current != null) {
      current.abort();
      current = null;
    }
  }
}
