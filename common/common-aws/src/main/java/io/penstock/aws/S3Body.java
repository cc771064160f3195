package io.penstock.aws;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object's bytes. Closed before its end it gives the connection up: the HTTP client would
 * otherwise read all that is left, which may be gigabytes.
 */
final class S3Body extends FilterInputStream {
  private final ResponseInputStream<GetObjectResponse> body;
  private boolean ended;

  S3Body(ResponseInputStream<GetObjectResponse> body) {
    super(body);
    this.body = body;
  }

  @Override
  public int read() throws IOException {
    int value = body.read();
    ended |= value < 0;
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = body.read(target, offset, length);
    ended |= count < 0;
    return count;
  }

  @Override
  public void close() throws IOException {
    if (!ended) {
      body.abort();
    }
    body.close();
  }
}
