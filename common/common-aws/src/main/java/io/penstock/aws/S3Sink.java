package io.penstock.aws;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Sends a part whenever its buffer is full, and fills a second one meanwhile: one part is under way
 * at most. What fits into one buffer becomes a plain PutObject.
 */
final class S3Sink extends ObjectSink {
  private static final Logger LOG = LoggerFactory.getLogger(S3Sink.class);
  private static final int PART_SIZE = 8 * 1024 * 1024;
  private static final int FIRST_SIZE = 64 * 1024;

  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
  private static final int MOST_PARTS = 10_000;

  private final S3Client s3;
  private final String bucket;
  private final String key;
  private final String contentType;
  private final List<CompletedPart> parts = new ArrayList<>();
  private byte[] buffer = new byte[FIRST_SIZE];
  private byte[] other = new byte[0];
  private int filled;
  private @Nullable FutureTask<CompletedPart> underWay;
  private long total;
  private @Nullable String uploadId;
  private boolean ended;

  S3Sink(S3Client s3, String bucket, String key, String contentType) {
    this.s3 = s3;
    this.bucket = bucket;
    this.key = key;
    this.contentType = contentType;
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, source.length);
    requireOpen();
    int from = offset;
    int left = length;
    while (left > 0) {
      if (filled == PART_SIZE) {
        sendPart();
      }
      int count = Math.min(left, PART_SIZE - filled);
      makeRoom(filled + count);
      System.arraycopy(source, from, buffer, filled, count);
      filled += count;
      from += count;
      left -= count;
    }
    total += length;
  }

  @Override
  public long complete() {
    requireOpen();
    if (uploadId == null) {
      S3Failures.call(
          key,
          () ->
              s3.putObject(
                  b -> b.bucket(bucket).key(key).contentType(contentType), body(buffer, filled)));
    } else {
      if (filled > 0) {
        sendPart();
      }
      awaitPart();
      String id = uploadId;
      S3Failures.call(
          key,
          () ->
              s3.completeMultipartUpload(
                  b ->
                      b.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(parts))));
    }
    ended = true;
    buffer = new byte[0];
    return total;
  }

  @Override
  public void close() {
    if (ended) {
      return;
    }
    ended = true;
    buffer = new byte[0];
    String id = uploadId;
    if (id == null) {
      return;
    }
    try {
      awaitPart();
    } catch (PlatformException e) {
      LOG.debug("The last part of {}/{} had failed", bucket, key, e);
    }
    try {
      s3.abortMultipartUpload(b -> b.bucket(bucket).key(key).uploadId(id));
    } catch (SdkException e) {
      LOG.warn(
          "Upload {} of {}/{} is left behind: the sweeper of old uploads ends it",
          id,
          bucket,
          key,
          e);
    }
  }

  private void sendPart() {
    if (parts.size() == MOST_PARTS) {
      throw new PlatformException(
          ErrorCode.INTERNAL,
          "An object cannot be larger than " + (long) MOST_PARTS * PART_SIZE + " bytes.");
    }
    String id = begin();
    awaitPart();
    int number = parts.size() + 1;
    byte[] part = buffer;
    int length = filled;
    FutureTask<CompletedPart> sending = new FutureTask<>(() -> sent(id, number, part, length));
    underWay = sending;
    Thread.ofVirtual().name("part-" + number).start(sending);
    buffer = other.length == 0 ? new byte[PART_SIZE] : other;
    other = part;
    filled = 0;
  }

  private CompletedPart sent(String id, int number, byte[] part, int length) {
    var sent =
        S3Failures.call(
            key,
            () ->
                s3.uploadPart(
                    b -> b.bucket(bucket).key(key).uploadId(id).partNumber(number),
                    body(part, length)));
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(sent.eTag())
        .checksumCRC32(sent.checksumCRC32())
        .build();
  }

  /** The part that is under way ends within the client's time limits. */
  private void awaitPart() {
    FutureTask<CompletedPart> sending = underWay;
    if (sending == null) {
      return;
    }
    underWay = null;
    try {
      parts.add(sending.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlatformException(ErrorCode.UNAVAILABLE, "The upload was interrupted.", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof PlatformException platform
          ? platform
          : new PlatformException(ErrorCode.INTERNAL, "A part could not be sent.", e.getCause());
    }
  }

  private String begin() {
    if (uploadId == null) {
      uploadId =
          S3Failures.call(
              key,
              () ->
                  s3.createMultipartUpload(b -> b.bucket(bucket).key(key).contentType(contentType))
                      .uploadId());
    }
    return uploadId;
  }

  /** Reads the buffer in place, as often as a retry asks for it. */
  private RequestBody body(byte[] bytes, int length) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, length), length, contentType);
  }

  private void makeRoom(int needed) {
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.min(PART_SIZE, Math.max(needed, buffer.length * 2)));
    }
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("The sink of " + key + " has ended");
    }
  }
}
