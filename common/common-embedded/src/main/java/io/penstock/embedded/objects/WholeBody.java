package io.penstock.embedded.objects;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;

/**
 * A body of an announced length. With its last byte it reads on to the very end, where chunked
 * bodies carry the checksum and the signature of all: whoever stops at the announced length would
 * never see that they are wrong.
 */
final class WholeBody extends FilterInputStream {
  private long left;

  /**
   * @param length -1 when it is not announced
   */
  WholeBody(InputStream body, long length) {
    super(body);
    this.left = length;
  }

  @Override
  public int read() throws IOException {
    int value = in.read();
    count(value < 0 ? -1 : 1);
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = in.read(target, offset, length);
    count(count);
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    throw new IOException("A body is read, not skipped");
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(int count) throws IOException {
    if (count <= 0 || left <= 0) {
      return;
    }
    left -= count;
    if (left <= 0 && in.read() >= 0) {
      throw new S3ProxyException(S3ErrorCode.INCOMPLETE_BODY);
    }
  }
}
