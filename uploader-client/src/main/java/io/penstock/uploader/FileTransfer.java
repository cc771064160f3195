package io.penstock.uploader;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Puts one object into its slot: in one piece, or in parts of which a few are on their way at a
 * time. Parts that the store has from an earlier run are compared and not sent again.
 */
final class FileTransfer {
  private static final String CONTENT_TYPE = "application/octet-stream";

  private final StoreCalls store;
  private final UploadSlot slot;
  private final UploadJournal journal;
  private final PartStock stock;

  FileTransfer(StoreCalls store, UploadSlot slot, UploadJournal journal, PartStock stock) {
    this.store = store;
    this.slot = slot;
    this.journal = journal;
    this.stock = stock;
  }

  /** How the object got there. */
  record Arrived(int parts, int kept) {}

  /**
   * Sends the object, or what is missing of it.
   *
   * @param parallel parts on their way at a time
   * @param uploaded asked when the store forgot the upload at its end: whether the object is there
   */
  Arrived run(int parallel, Check uploaded) throws InterruptedException {
    UploadState state = requireNonNull(journal.state());
    Map<Integer, StoredPart> stored = Map.of();
    String uploadId = state.uploadId();
    if (uploadId != null) {
      stored = stored(uploadId);
      if (stored == null) { // the store does not know it any more
        uploadId = null;
        stored = Map.of();
        state = journal.write(state.withUploadId(null));
      }
    }
    OutgoingPart first = requireNonNull(stock.next());
    if (uploadId == null && stock.ended()) {
      putInOnePiece(first);
      return new Arrived(1, 0);
    }
    if (uploadId == null) {
      uploadId = begin();
      journal.write(state.withUploadId(uploadId));
    }
    return putInParts(uploadId, first, stored, parallel, uploaded);
  }

  /** A question that goes over the network. */
  @FunctionalInterface
  interface Check {
    boolean holds() throws InterruptedException;
  }

  /** Parts that an earlier run sent, by number; null when the store knows no such upload. */
  private @Nullable Map<Integer, StoredPart> stored(String uploadId) throws InterruptedException {
    Function<S3Client, Map<Integer, StoredPart>> list =
        s3 ->
            s3
                .listPartsPaginator(
                    parts -> parts.bucket(slot.bucket()).key(slot.key()).uploadId(uploadId))
                .parts()
                .stream()
                .collect(Collectors.toMap(part -> part.partNumber(), StoredPart::of));
    try {
      return store.run("list of parts", list);
    } catch (S3Exception refusal) {
      if (unknownUpload(refusal)) {
        return null;
      }
      throw refusal;
    }
  }

  private void putInOnePiece(OutgoingPart all) throws InterruptedException {
    var request =
        PutObjectRequest.builder()
            .bucket(slot.bucket())
            .key(slot.key())
            .acl(slot.acl())
            .serverSideEncryption(slot.encryption())
            .contentDisposition(slot.disposition())
            .build();
    try (OutgoingPart.Body body = all.body()) {
      var content = RequestBody.fromContentProvider(body, all.bytes(), CONTENT_TYPE);
      store.run("object", s3 -> s3.putObject(request, content));
      body.arrived();
    }
  }

  private String begin() throws InterruptedException {
    var begin =
        CreateMultipartUploadRequest.builder()
            .bucket(slot.bucket())
            .key(slot.key())
            .acl(slot.acl())
            .serverSideEncryption(slot.encryption())
            .contentDisposition(slot.disposition())
            .contentType(CONTENT_TYPE)
            .checksumAlgorithm(ChecksumAlgorithm.CRC32)
            .build();
    return store.run("begin of parts", s3 -> s3.createMultipartUpload(begin)).uploadId();
  }

  private Arrived putInParts(
      String uploadId,
      OutgoingPart first,
      Map<Integer, StoredPart> stored,
      int parallel,
      Check uploaded)
      throws InterruptedException {
    int kept = 0;
    List<CompletedPart> done;
    try (var queue = new PartQueue(parallel)) {
      for (OutgoingPart part = first; part != null; part = stock.next()) {
        StoredPart earlier = stored.get(part.number());
        if (earlier != null && earlier.holds(part)) {
          part.body().arrived();
          queue.kept(completed(part.number(), earlier.etag(), earlier.crc32()));
          kept++;
        } else {
          OutgoingPart outgoing = part;
          queue.send(() -> send(uploadId, outgoing));
        }
      }
      done = queue.end();
    }
    complete(uploadId, done, uploaded);
    return new Arrived(done.size(), kept);
  }

  private CompletedPart send(String uploadId, OutgoingPart part) throws InterruptedException {
    var request =
        UploadPartRequest.builder()
            .bucket(slot.bucket())
            .key(slot.key())
            .uploadId(uploadId)
            .partNumber(part.number())
            .build();
    try (OutgoingPart.Body body = part.body()) {
      var content = RequestBody.fromContentProvider(body, part.bytes(), CONTENT_TYPE);
      var sent = store.run("part " + part.number(), s3 -> s3.uploadPart(request, content));
      body.arrived();
      return completed(part.number(), sent.eTag(), sent.checksumCRC32());
    }
  }

  private static CompletedPart completed(int number, String etag, @Nullable String crc32) {
    return CompletedPart.builder().partNumber(number).eTag(etag).checksumCRC32(crc32).build();
  }

  private void complete(String uploadId, List<CompletedPart> done, Check uploaded)
      throws InterruptedException {
    done.sort(Comparator.comparing(CompletedPart::partNumber));
    try {
      store.run(
          "end of parts",
          s3 ->
              s3.completeMultipartUpload(
                  complete ->
                      complete
                          .bucket(slot.bucket())
                          .key(slot.key())
                          .uploadId(uploadId)
                          .multipartUpload(all -> all.parts(done))));
    } catch (S3Exception refusal) {
      // A try whose answer was lost may have completed it.
      if (!unknownUpload(refusal) || !uploaded.holds()) {
        throw refusal;
      }
    }
  }

  /** Takes back what was sent, as far as the store can be reached to say so. */
  static void abort(StoreCalls store, UploadSlot slot, String uploadId, @Nullable Throwable why) {
    boolean interrupted = Thread.interrupted(); // or the abort itself would be cut off
    try {
      store.once(
          s3 ->
              s3.abortMultipartUpload(
                  abort -> abort.bucket(slot.bucket()).key(slot.key()).uploadId(uploadId)));
    } catch (SdkException second) {
      if (why != null) {
        why.addSuppressed(second);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean unknownUpload(S3Exception refusal) {
    return refusal instanceof NoSuchUploadException
        || StoreConnection.code(refusal).equals("NoSuchUpload");
  }
}
