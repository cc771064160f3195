package io.penstock.aws;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Objects in S3, or in a store that speaks its protocol. Own writes name no encryption: the
 * bucket's default applies, which is the customer's KMS key. A stream from {@link #open} throws
 * {@link java.io.IOException} when the connection breaks while it is read.
 */
public final class S3ObjectStore implements ObjectStore {
  /** CopyObject's limit: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
  private static final long LARGEST_COPY = 5L * 1024 * 1024 * 1024;

  private static final int LARGEST_DELETE = 1000;
  private static final Duration COPY_TIMEOUT = Duration.ofMinutes(15);

  private final S3Client s3;
  private final S3Presigner presigner;
  private final boolean sealsEverything;

  /**
   * @param sealsEverything true for the embedded store, which seals every object under its
   *     customer's key by itself, and knows what to lock: buckets then need no settings, {@link
   *     #ensureKey} has nothing to do, and {@link #putLocked} asks for nothing more
   */
  public S3ObjectStore(S3Client s3, S3Presigner presigner, boolean sealsEverything) {
    this.s3 = s3;
    this.presigner = presigner;
    this.sealsEverything = sealsEverything;
  }

  @Override
  public void createBucket(String bucket) {
    S3Failures.run(
        bucket,
        () -> {
          try {
            s3.createBucket(
                b -> {
                  b.bucket(bucket);
                  if (!sealsEverything) {
                    // Clients send a canned ACL, which a bucket without ACLs would refuse (contract
                    // 2.7).
                    b.objectOwnership(ObjectOwnership.BUCKET_OWNER_PREFERRED);
                  }
                });
          } catch (BucketAlreadyOwnedByYouException _) {
            return;
          }
          if (!sealsEverything) {
            protect(bucket);
          }
        });
  }

  private void protect(String bucket) {
    s3.putPublicAccessBlock(
        b ->
            b.bucket(bucket)
                .publicAccessBlockConfiguration(
                    c ->
                        c.blockPublicAcls(true)
                            .blockPublicPolicy(true)
                            .ignorePublicAcls(true)
                            .restrictPublicBuckets(true)));
    ServerSideEncryptionRule kms =
        ServerSideEncryptionRule.builder()
            .bucketKeyEnabled(true)
            .applyServerSideEncryptionByDefault(d -> d.sseAlgorithm(ServerSideEncryption.AWS_KMS))
            .build();
    s3.putBucketEncryption(
        b -> b.bucket(bucket).serverSideEncryptionConfiguration(c -> c.rules(kms)));
  }

  @Override
  public Optional<StoredObject> head(String bucket, String key) {
    try {
      HeadObjectResponse head = headObject(bucket, key);
      return Optional.of(new StoredObject(key, head.contentLength(), head.lastModified()));
    } catch (NoSuchObjectException _) {
      return Optional.empty();
    }
  }

  @Override
  public InputStream open(String bucket, String key) {
    return new S3Body(S3Failures.call(key, () -> s3.getObject(b -> b.bucket(bucket).key(key))));
  }

  @Override
  public Optional<Version> read(String bucket, String key) {
    try {
      var whole = S3Failures.call(key, () -> s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)));
      return Optional.of(new Version(whole.asByteArray(), whole.response().eTag()));
    } catch (NoSuchObjectException _) {
      return Optional.empty();
    }
  }

  @Override
  public void put(String bucket, String key, byte[] body, String contentType) {
    PutObjectRequest request =
        PutObjectRequest.builder().bucket(bucket).key(key).contentType(contentType).build();
    S3Failures.call(key, () -> s3.putObject(request, RequestBody.fromBytes(body)));
  }

  @Override
  public boolean replace(
      String bucket, String key, Version version, byte[] body, String contentType) {
    PutObjectRequest request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(key)
            .contentType(contentType)
            .ifMatch(version.tag())
            .build();
    try {
      s3.putObject(request, RequestBody.fromBytes(body));
      return true;
    } catch (SdkException e) {
      if (S3Failures.isOtherVersion(e)) {
        return false;
      }
      throw S3Failures.map(key, e);
    }
  }

  @Override
  public boolean putIfAbsent(String bucket, String key, byte[] body, String contentType) {
    return putOnce(once(bucket, key, contentType).build(), body);
  }

  @Override
  public boolean putLocked(
      String bucket, String key, byte[] body, String contentType, Instant until) {
    PutObjectRequest.Builder request = once(bucket, key, contentType);
    if (!sealsEverything) {
      request.objectLockMode(ObjectLockMode.COMPLIANCE).objectLockRetainUntilDate(until);
    }
    return putOnce(request.build(), body);
  }

  private static PutObjectRequest.Builder once(String bucket, String key, String contentType) {
    return PutObjectRequest.builder()
        .bucket(bucket)
        .key(key)
        .contentType(contentType)
        .ifNoneMatch("*");
  }

  private boolean putOnce(PutObjectRequest request, byte[] body) {
    try {
      s3.putObject(request, RequestBody.fromBytes(body));
      return true;
    } catch (SdkException e) {
      if (S3Failures.isPreconditionFailure(e)) {
        return false;
      }
      throw S3Failures.map(request.key(), e);
    }
  }

  @Override
  public ObjectSink create(String bucket, String key, String contentType) {
    return new S3Sink(s3, bucket, key, contentType);
  }

  @Override
  public void delete(String bucket, Collection<String> keys) {
    List<ObjectIdentifier> all =
        keys.stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList();
    for (int from = 0; from < all.size(); from += LARGEST_DELETE) {
      List<ObjectIdentifier> some = all.subList(from, Math.min(all.size(), from + LARGEST_DELETE));
      var answer =
          S3Failures.call(
              bucket,
              () ->
                  s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(some).quiet(true))));
      if (!answer.errors().isEmpty()) {
        throw new PlatformException(
            ErrorCode.UNAVAILABLE,
            "The object store did not remove %d of %d objects (%s)."
                .formatted(answer.errors().size(), some.size(), answer.errors().getFirst().code()));
      }
    }
  }

  @Override
  public List<StoredObject> list(String bucket, String prefix) {
    return S3Failures.call(
        bucket,
        () -> {
          var found = new ArrayList<StoredObject>();
          for (var object :
              s3.listObjectsV2Paginator(b -> b.bucket(bucket).prefix(prefix)).contents()) {
            found.add(new StoredObject(object.key(), object.size(), object.lastModified()));
          }
          return found;
        });
  }

  @Override
  public List<StoredObject> after(String bucket, String prefix, String key, int most) {
    return S3Failures.call(
        bucket,
        () ->
            s3
                .listObjectsV2(b -> b.bucket(bucket).prefix(prefix).startAfter(key).maxKeys(most))
                .contents()
                .stream()
                .map(found -> new StoredObject(found.key(), found.size(), found.lastModified()))
                .toList());
  }

  @Override
  public URI presignGet(String bucket, String key, Duration validity) {
    var signed =
        S3Failures.call(
            key,
            () ->
                presigner.presignGetObject(
                    b ->
                        b.signatureDuration(validity)
                            .getObjectRequest(g -> g.bucket(bucket).key(key))));
    try {
      return signed.url().toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The SDK made a link that is no URI", e);
    }
  }

  @Override
  public void ensureKey(String bucket, String key) {
    if (sealsEverything) {
      return;
    }
    HeadObjectResponse head = headObject(bucket, key);
    if (head.serverSideEncryption() == ServerSideEncryption.AWS_KMS
        || head.serverSideEncryption() == ServerSideEncryption.AWS_KMS_DSSE) {
      return;
    }
    if (head.contentLength() > LARGEST_COPY) {
      throw new PlatformException(
          ErrorCode.INTERNAL,
          "The file has %d bytes; one above %d bytes cannot be moved under the customer's key. Upload it in slices."
              .formatted(head.contentLength(), LARGEST_COPY));
    }
    S3Failures.run(key, () -> copyOntoItself(bucket, key, head));
  }

  /**
   * Metadata are replaced by the very same: S3 refuses a copy onto itself that changes nothing, and
   * naming {@code aws:kms} without a key would choose the account's key instead of the bucket's
   * default.
   */
  private void copyOntoItself(String bucket, String key, HeadObjectResponse head) {
    s3.copyObject(
        b ->
            b.sourceBucket(bucket)
                .sourceKey(key)
                .copySourceIfMatch(head.eTag())
                .destinationBucket(bucket)
                .destinationKey(key)
                .metadataDirective(MetadataDirective.REPLACE)
                .metadata(head.metadata())
                .contentType(head.contentType())
                .contentDisposition(head.contentDisposition())
                .contentEncoding(head.contentEncoding())
                .overrideConfiguration(
                    o -> o.apiCallTimeout(COPY_TIMEOUT).apiCallAttemptTimeout(COPY_TIMEOUT)));
  }

  @Override
  public void tag(String bucket, String key, Map<String, String> tags) {
    List<Tag> set =
        tags.entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    S3Failures.run(
        key, () -> s3.putObjectTagging(b -> b.bucket(bucket).key(key).tagging(t -> t.tagSet(set))));
  }

  @Override
  public int abortUploads(String bucket, String prefix, Instant begunBefore) {
    return S3Failures.call(
        bucket,
        () -> {
          List<MultipartUpload> old =
              s3
                  .listMultipartUploadsPaginator(b -> b.bucket(bucket).prefix(prefix))
                  .uploads()
                  .stream()
                  .filter(upload -> upload.initiated().isBefore(begunBefore))
                  .toList();
          int ended = 0;
          for (MultipartUpload upload : old) {
            ended += abort(bucket, upload) ? 1 : 0;
          }
          return ended;
        });
  }

  /** False when it has ended meanwhile. */
  private boolean abort(String bucket, MultipartUpload upload) {
    try {
      s3.abortMultipartUpload(b -> b.bucket(bucket).key(upload.key()).uploadId(upload.uploadId()));
      return true;
    } catch (NoSuchUploadException _) {
      return false;
    }
  }

  private HeadObjectResponse headObject(String bucket, String key) {
    return S3Failures.call(key, () -> s3.headObject(b -> b.bucket(bucket).key(key)));
  }
}
