package io.penstock.uploader;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads the body of a request in <a
 * href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">aws-chunked</a>
 * coding: each chunk is its length in hexadecimal, a signature, its bytes; then an empty chunk and
 * trailers.
 */
final class AwsChunkedStream extends InputStream {
  private final InputStream in;
  private long left;
  private boolean ended;

  AwsChunkedStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int start, int count) throws IOException {
    if (left == 0 && !ended) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    int got = in.read(buffer, start, (int) Math.min(count, left));
    if (got < 0) {
      throw new EOFException("a chunk breaks off");
    }
    left -= got;
    if (left == 0) {
      requireEmptyLine();
    }
    return got;
  }

  private void nextChunk() throws IOException {
    left = Long.parseLong(line().replaceAll(";.*", ""), 16);
    if (left == 0) {
      ended = true;
      while (!line().isEmpty()) {
        // trailers: the checksum
      }
    }
  }

  private void requireEmptyLine() throws IOException {
    if (!line().isEmpty()) {
      throw new IOException("a chunk is longer than announced");
    }
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the body breaks off between chunks");
      }
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }
}
