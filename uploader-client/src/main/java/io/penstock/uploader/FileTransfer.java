package io.penstock.uploader;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Puts one file into its slot: in one piece, or in parts of which a few are on their way at a time.
 * Bodies are read from the disk as they are sent, so memory does not grow with the file. A failed
 * transfer leaves no parts behind unless the store cannot be reached to say so; its lifecycle rule
 * then clears them.
 */
final class FileTransfer {
  static final long SINGLE_UP_TO = 16L << 20;
  static final long PART_SIZE = 8L << 20;

  /**
   * <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html">Limit of S3</a>.
   */
  private static final long MOST_PARTS = 10_000;

  private static final String CONTENT_TYPE = "application/octet-stream";

  private final S3Client store;
  private final UploadSlot slot;
  private final SourceFile file;
  private final ProgressMeter meter;

  FileTransfer(S3Client store, UploadSlot slot, SourceFile file, ProgressMeter meter) {
    this.store = store;
    this.slot = slot;
    this.file = file;
    this.meter = meter;
  }

  /**
   * Sends the file.
   *
   * @param parallel parts on their way at a time
   * @throws IllegalArgumentException when the file changed meanwhile
   */
  void run(int parallel) throws InterruptedException {
    try {
      if (file.size() <= SINGLE_UP_TO) {
        putInOnePiece();
      } else {
        putInParts(parallel);
      }
    } catch (SdkException e) {
      if (!Thread.currentThread().isInterrupted()) {
        file.requireUnchanged(); // the likelier reason, where it is one
      }
      throw StoreConnection.explained(e);
    }
    file.requireUnchanged();
  }

  private void putInOnePiece() {
    var request =
        PutObjectRequest.builder()
            .bucket(slot.bucket())
            .key(slot.key())
            .acl(slot.acl())
            .serverSideEncryption(slot.encryption())
            .contentDisposition(slot.disposition())
            .build();
    try (var body = new FilePart(file.path(), 0, file.size(), meter)) {
      store.putObject(request, RequestBody.fromContentProvider(body, body.length(), CONTENT_TYPE));
    }
  }

  private void putInParts(int parallel) throws InterruptedException {
    var begin =
        CreateMultipartUploadRequest.builder()
            .bucket(slot.bucket())
            .key(slot.key())
            .acl(slot.acl())
            .serverSideEncryption(slot.encryption())
            .contentDisposition(slot.disposition())
            .contentType(CONTENT_TYPE)
            .build();
    String uploadId = store.createMultipartUpload(begin).uploadId();
    try {
      List<CompletedPart> parts = sendParts(uploadId, parallel);
      store.completeMultipartUpload(
          complete ->
              complete
                  .bucket(slot.bucket())
                  .key(slot.key())
                  .uploadId(uploadId)
                  .multipartUpload(all -> all.parts(parts)));
    } catch (RuntimeException | InterruptedException failure) {
      abort(uploadId, failure);
      throw failure;
    }
  }

  /**
   * Returns or throws only when no part is on its way any more: one that arrived after an abort
   * would stay.
   */
  private List<CompletedPart> sendParts(String uploadId, int parallel) throws InterruptedException {
    long partSize = partSize(file.size());
    int count = Math.toIntExact(Math.ceilDiv(file.size(), partSize));
    try (ExecutorService threads =
        Executors.newFixedThreadPool(parallel, Thread.ofVirtual().factory())) {
      var ended = new ExecutorCompletionService<CompletedPart>(threads);
      for (int part = 0; part < count; part++) {
        int number = part + 1;
        long offset = part * partSize;
        long length = Math.min(partSize, file.size() - offset);
        ended.submit(() -> sendPart(uploadId, number, offset, length));
      }
      try {
        List<CompletedPart> done = new ArrayList<>();
        for (int part = 0; part < count; part++) {
          done.add(ended.take().get());
        }
        done.sort(Comparator.comparing(CompletedPart::partNumber));
        return done;
      } catch (ExecutionException firstFailure) {
        threads.shutdownNow();
        throw firstFailure.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException(firstFailure);
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
  }

  private CompletedPart sendPart(String uploadId, int number, long offset, long length) {
    var request =
        UploadPartRequest.builder()
            .bucket(slot.bucket())
            .key(slot.key())
            .uploadId(uploadId)
            .partNumber(number)
            .build();
    try (var body = new FilePart(file.path(), offset, length, meter)) {
      var sent =
          store.uploadPart(request, RequestBody.fromContentProvider(body, length, CONTENT_TYPE));
      return CompletedPart.builder()
          .partNumber(number)
          .eTag(sent.eTag())
          .checksumCRC32(sent.checksumCRC32())
          .build();
    }
  }

  private void abort(String uploadId, Exception failure) {
    boolean interrupted = Thread.interrupted(); // or the abort itself would be cut off
    try {
      store.abortMultipartUpload(
          abort -> abort.bucket(slot.bucket()).key(slot.key()).uploadId(uploadId));
    } catch (SdkException second) {
      failure.addSuppressed(second);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** 8 MiB, and more where the file would otherwise have too many parts; whole mebibytes. */
  static long partSize(long fileSize) {
    long mebibyte = 1L << 20;
    long least = Math.ceilDiv(Math.ceilDiv(fileSize, MOST_PARTS), mebibyte) * mebibyte;
    return Math.max(PART_SIZE, least);
  }
}
