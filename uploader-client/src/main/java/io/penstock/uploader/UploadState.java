package io.penstock.uploader;

import org.jspecify.annotations.Nullable;

/**
 * What a run remembers for the next one, as it lies on the disk. Neither the token nor credentials
 * are in it.
 *
 * @param version of this form; others are not read
 * @param source the file as it was
 * @param fileId the file in the project's file storage
 * @param key of its object
 * @param partSize bytes of a part
 * @param uploadId of the multipart upload; null when none was begun
 * @param sent what lies in the object store; null while it is not complete
 * @param load what was asked for; null while nothing was
 */
record UploadState(
    int version,
    SourceFile.Print source,
    long fileId,
    String key,
    long partSize,
    @Nullable String uploadId,
    @Nullable SentObject sent,
    @Nullable Load load) {
  static final int VERSION = 1;

  /**
   * A job that was asked for, or is about to be.
   *
   * @param createsTable which of the two calls it is: the same one has to be repeated
   * @param idempotencyKey under which the server finds the job again
   * @param jobId null while no answer was seen
   */
  record Load(boolean createsTable, String idempotencyKey, @Nullable Long jobId) {}

  static UploadState prepared(SourceFile.Print source, UploadSlot slot, long partSize) {
    return new UploadState(VERSION, source, slot.fileId(), slot.key(), partSize, null, null, null);
  }

  UploadState withUploadId(@Nullable String id) {
    return new UploadState(version, source, fileId, key, partSize, id, sent, load);
  }

  UploadState withSent(SentObject object) {
    return new UploadState(version, source, fileId, key, partSize, uploadId, object, load);
  }

  UploadState withLoad(@Nullable Load asked) {
    return new UploadState(version, source, fileId, key, partSize, uploadId, sent, asked);
  }
}
