package io.penstock.embedded.objects;

import io.penstock.embedded.objects.Caller.Action;
import io.penstock.embedded.objects.ObjectIndex.Attributes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.SdkResponses;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * The store as one request's caller sees it. Every method asks for the caller's right first, and
 * what this class does not implement does not exist: S3Proxy answers such operations with
 * NotImplemented.
 */
final class GuardedBlobStore implements BlobStore {
  private static final long SMALLEST_PART = 5L * 1024 * 1024;

  private final ObjectFiles files;
  private final Uploads uploads;
  private final Caller caller;
  private final WriteCondition condition;

  /**
   * @param condition the request's own. S3Proxy hands conditions on to stores of its own only,
   *     hence they come this way.
   */
  GuardedBlobStore(ObjectFiles files, Uploads uploads, Caller caller, WriteCondition condition) {
    this.files = files;
    this.uploads = uploads;
    this.caller = caller;
    this.condition = condition;
  }

  @Override
  public boolean supportsServerSideEncryption() {
    return true; // Everything is sealed, whatever the header asks for.
  }

  @Override
  public long getMinimumMultipartPartSize() {
    return SMALLEST_PART;
  }

  // Buckets

  @Override
  public ListBucketsResponse list() {
    if (!(caller instanceof Caller.Service)) {
      throw denied();
    }
    return ListBucketsResponse.builder()
        .buckets(
            files.buckets().stream()
                .filter(bucket -> caller.may(Action.LIST, bucket, ""))
                .map(bucket -> SdkResponses.bucket(bucket, null))
                .toList())
        .build();
  }

  @Override
  public HeadBucketResponse headBucket(HeadBucketRequest request) {
    require(Action.USE_BUCKET, request.bucket(), "");
    if (!files.bucketExists(request.bucket())) {
      throw S3Exceptions.noSuchBucket(request.bucket(), "no directory");
    }
    return HeadBucketResponse.builder().build();
  }

  @Override
  public CreateBucketResponse createContainer(CreateBucketRequest request) {
    require(Action.CHANGE_BUCKET, request.bucket(), "");
    if (request.acl() != null && request.acl() != BucketCannedACL.PRIVATE) {
      throw denied();
    }
    if (!files.createBucket(request.bucket())) {
      throw S3Exceptions.bucketAlreadyOwnedByYou(request.bucket());
    }
    return CreateBucketResponse.builder().build();
  }

  @Override
  public void deleteBucket(String bucket) {
    require(Action.CHANGE_BUCKET, bucket, "");
    files.removeBucket(bucket);
  }

  @Override
  public BucketCannedACL getContainerAccess(String bucket) {
    require(Action.USE_BUCKET, bucket, "");
    return BucketCannedACL.PRIVATE;
  }

  @Override
  public void setContainerAccess(String bucket, BucketCannedACL access) {
    require(Action.CHANGE_BUCKET, bucket, "");
    if (access != BucketCannedACL.PRIVATE) {
      throw denied();
    }
  }

  @Override
  public ListObjectsV2Response list(ListObjectsV2Request request) {
    require(Action.LIST, request.bucket(), request.prefix() == null ? "" : request.prefix());
    return new Listing(files, request).page();
  }

  // Objects

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
    require(Action.WRITE, request.bucket(), request.key());
    requireEncryption(request.serverSideEncryptionAsString(), request.sseCustomerAlgorithm());
    requirePrivate(request.acl());
    Attributes attributes = S3Attributes.of(request);
    try (payload) {
      ObjectIndex index =
          files.put(
              request.bucket(),
              request.key(),
              attributes,
              payload,
              request.contentLength(),
              S3Attributes.md5(request.contentMD5()),
              condition(request.key()));
      return PutObjectResponse.builder()
          .eTag(index.etag())
          .serverSideEncryption(attributes.encryptionOrDefault())
          .ssekmsKeyId(attributes.kmsKeyId())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes what a form brought; S3Proxy knows of no such thing. */
  ObjectIndex putForm(String bucket, String key, Attributes attributes, InputStream file)
      throws IOException {
    require(Action.WRITE, bucket, key);
    requireEncryption(attributes.encryption(), null);
    return files.put(bucket, key, attributes, file, -1, null, condition(key));
  }

  void tag(String bucket, String key, Map<String, String> tags) {
    require(Action.TAG, bucket, key);
    new ObjectTags(files).put(bucket, key, tags);
  }

  Map<String, String> tags(String bucket, String key) {
    require(Action.READ_TAGS, bucket, key);
    return new ObjectTags(files).of(bucket, key);
  }

  @Override
  public CopyObjectResponse copyBlob(CopyObjectRequest request) {
    require(Action.READ, request.sourceBucket(), request.sourceKey());
    require(Action.WRITE, request.destinationBucket(), request.destinationKey());
    requireEncryption(request.serverSideEncryptionAsString(), request.sseCustomerAlgorithm());
    requirePrivate(request.acl());
    try (ObjectFile source = files.open(request.sourceBucket(), request.sourceKey())) {
      ObjectIndex from = source.index();
      S3Attributes.checkCopyConditions(request, from);
      ObjectIndex to =
          files.put(
              request.destinationBucket(),
              request.destinationKey(),
              S3Attributes.of(request, from.attributes()),
              source.body(0, from.length()),
              from.length(),
              null,
              condition(request.destinationKey()));
      return SdkResponses.copyResponse(to.etag(), to.modified()).toBuilder()
          .serverSideEncryption(to.attributes().encryptionOrDefault())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
    require(Action.READ, request.bucket(), request.key());
    ObjectIndex index = files.index(request.bucket(), request.key());
    return SdkResponses.toHead(S3Attributes.response(index, 0, index.length(), false));
  }

  @Override
  public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
    require(Action.READ, request.bucket(), request.key());
    ObjectFile file = files.open(request.bucket(), request.key());
    try {
      S3Attributes.checkConditions(request, file.index());
      S3Attributes.Range range = S3Attributes.range(request.range(), file.index().length());
      return SdkResponses.getResponse(
          S3Attributes.response(
              file.index(), range.offset(), range.length(), request.range() != null),
          file.body(range.offset(), range.length()));
    } catch (RuntimeException e) {
      try {
        file.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  @Override
  public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
    require(Action.REMOVE, request.bucket(), request.key());
    if (LockedKeys.isLocked(request.key())) {
      throw denied();
    }
    files.remove(request.bucket(), request.key());
    return DeleteObjectResponse.builder().build();
  }

  @Override
  public ObjectCannedACL getBlobAccess(String bucket, String key) {
    require(Action.READ, bucket, key);
    return ObjectCannedACL.PRIVATE;
  }

  @Override
  public void setBlobAccess(String bucket, String key, ObjectCannedACL access) {
    require(Action.WRITE, bucket, key);
    requirePrivate(access);
    if (!files.exists(bucket, key)) {
      throw S3Exceptions.noSuchKey(bucket, key, "no file");
    }
  }

  // Multipart uploads

  @Override
  public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
    require(Action.WRITE, request.bucket(), request.key());
    requireEncryption(request.serverSideEncryptionAsString(), request.sseCustomerAlgorithm());
    requirePrivate(request.acl());
    Attributes attributes = S3Attributes.of(request);
    String id = uploads.begin(request.bucket(), request.key(), attributes);
    return new MultipartUpload(
        id,
        request,
        CreateMultipartUploadResponse.builder()
            .serverSideEncryption(attributes.encryptionOrDefault())
            .ssekmsKeyId(attributes.kmsKeyId())
            .build());
  }

  @Override
  public UploadPartResponse uploadMultipartPart(
      MultipartUpload upload, UploadPartRequest request, InputStream payload) {
    require(Action.WRITE, upload.containerName(), upload.blobName());
    try (payload) {
      Uploads.Part part =
          uploads.put(
              upload.containerName(),
              upload.blobName(),
              upload.id(),
              request.partNumber(),
              payload,
              request.contentLength(),
              S3Attributes.md5(request.contentMD5()));
      return SdkResponses.uploadedPart(part.etag());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Part> listMultipartUpload(MultipartUpload upload) {
    require(Action.WRITE, upload.containerName(), upload.blobName());
    return uploads.parts(upload.containerName(), upload.blobName(), upload.id()).stream()
        .map(
            part ->
                SdkResponses.part(
                    part.extent().number(), part.extent().length(), part.etag(), part.at()))
        .toList();
  }

  @Override
  public CompleteMultipartUploadResponse completeMultipartUpload(
      MultipartUpload upload, CompleteMultipartUploadRequest request) {
    require(Action.WRITE, upload.containerName(), upload.blobName());
    try {
      ObjectIndex index =
          uploads.complete(
              upload.containerName(),
              upload.blobName(),
              upload.id(),
              request.multipartUpload().parts().stream().map(CompletedPart::partNumber).toList(),
              condition(upload.blobName()));
      return SdkResponses.completeResponse(index.etag());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void abortMultipartUpload(MultipartUpload upload) {
    require(Action.WRITE, upload.containerName(), upload.blobName());
    uploads.abort(upload.containerName(), upload.blobName(), upload.id());
  }

  @Override
  public List<software.amazon.awssdk.services.s3.model.MultipartUpload> listMultipartUploads(
      String bucket) {
    require(Action.LIST_UPLOADS, bucket, "");
    return uploads.list(bucket).stream()
        .map(begun -> SdkResponses.upload(begun.key(), begun.id(), begun.at()))
        .toList();
  }

  // Rights

  /** What is locked is written where nothing is, whatever the request says. */
  private WriteCondition condition(String key) {
    return LockedKeys.isLocked(key) ? WriteCondition.ABSENT : condition;
  }

  private void require(Action action, String bucket, String key) {
    if (!caller.may(action, bucket, key)) {
      throw denied();
    }
  }

  private void requireEncryption(@Nullable String asked, @Nullable String customerAlgorithm) {
    if (customerAlgorithm != null) {
      throw new S3ProxyException(
          S3ErrorCode.NOT_IMPLEMENTED, "Keys that the client brings are not supported.");
    }
    if (caller.mustNameEncryption() && !"AES256".equals(asked)) {
      throw denied();
    }
  }

  private static void requirePrivate(@Nullable ObjectCannedACL access) {
    if (access != null && access != ObjectCannedACL.PRIVATE) {
      throw denied();
    }
  }

  static S3ProxyException denied() {
    return new S3ProxyException(S3ErrorCode.ACCESS_DENIED, "Access Denied");
  }
}
