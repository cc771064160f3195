package io.penstock.embedded.objects;

import io.penstock.embedded.objects.ObjectIndex.Attributes;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.SdkRequests;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Between the protocol's requests and answers and what we keep: headers, ranges, conditions. */
final class S3Attributes {
  private S3Attributes() {}

  static Attributes of(PutObjectRequest request) {
    return new Attributes(
        request.contentType(),
        request.contentDisposition(),
        request.contentEncoding(),
        request.contentLanguage(),
        request.cacheControl(),
        request.serverSideEncryptionAsString(),
        request.ssekmsKeyId(),
        metadata(request.hasMetadata(), request.metadata()));
  }

  static Attributes of(CreateMultipartUploadRequest request) {
    return new Attributes(
        request.contentType(),
        request.contentDisposition(),
        request.contentEncoding(),
        request.contentLanguage(),
        request.cacheControl(),
        request.serverSideEncryptionAsString(),
        request.ssekmsKeyId(),
        metadata(request.hasMetadata(), request.metadata()));
  }

  /**
   * A copy takes the source's headers unless it is told to replace them; its encryption is always
   * its own.
   */
  static Attributes of(CopyObjectRequest request, Attributes source) {
    if (request.metadataDirective() != MetadataDirective.REPLACE) {
      return source.encryptedAs(request.serverSideEncryptionAsString(), request.ssekmsKeyId());
    }
    return new Attributes(
        request.contentType(),
        request.contentDisposition(),
        request.contentEncoding(),
        request.contentLanguage(),
        request.cacheControl(),
        request.serverSideEncryptionAsString(),
        request.ssekmsKeyId(),
        metadata(request.hasMetadata(), request.metadata()));
  }

  private static Map<String, String> metadata(boolean given, Map<String, String> metadata) {
    return given ? metadata : Map.of();
  }

  static GetObjectResponse response(ObjectIndex index, long offset, long length, boolean partial) {
    Attributes attributes = index.attributes();
    return GetObjectResponse.builder()
        .contentLength(length)
        .contentRange(
            partial
                ? "bytes %d-%d/%d".formatted(offset, offset + length - 1, index.length())
                : null)
        .eTag(index.etag())
        .lastModified(index.modified())
        .contentType(attributes.contentType())
        .contentDisposition(attributes.contentDisposition())
        .contentEncoding(attributes.contentEncoding())
        .contentLanguage(attributes.contentLanguage())
        .cacheControl(attributes.cacheControl())
        .serverSideEncryption(attributes.encryptionOrDefault())
        .ssekmsKeyId(attributes.kmsKeyId())
        .metadata(attributes.metadata())
        .build();
  }

  static byte @Nullable [] md5(@Nullable String base64) {
    return base64 == null ? null : Base64.getDecoder().decode(base64);
  }

  /** Bytes of an object that a request asks for. */
  record Range(long offset, long length) {}

  /**
   * RFC 9110, section 14.1.2: a range that begins behind the end cannot be satisfied, one that ends
   * there is cut.
   */
  static Range range(@Nullable String header, long length) {
    if (header == null) {
      return new Range(0, length);
    }
    SdkRequests.ByteRange asked = SdkRequests.parseRange(header);
    if (asked == null) {
      return new Range(0, length);
    }
    Long first = asked.first();
    Long last = asked.last();
    long from = first == null ? Math.max(0, length - (last == null ? 0 : last)) : first;
    long to = first == null || last == null ? length - 1 : Math.min(last, length - 1);
    if (from > to) {
      throw new S3ProxyException(S3ErrorCode.INVALID_RANGE);
    }
    return new Range(from, to - from + 1);
  }

  static void checkConditions(GetObjectRequest request, ObjectIndex index) {
    String ifMatch = request.ifMatch();
    if (ifMatch != null) {
      requirePrecondition(names(ifMatch, index.etag()));
    } else {
      Instant limit = request.ifUnmodifiedSince();
      requirePrecondition(limit == null || !index.modified().isAfter(limit));
    }
    String ifNoneMatch = request.ifNoneMatch();
    Instant since = request.ifModifiedSince();
    boolean unchanged =
        ifNoneMatch != null
            ? names(ifNoneMatch, index.etag())
            : since != null && !index.modified().isAfter(since);
    if (unchanged) {
      throw S3Exceptions.fromStatusCode(304, '"' + index.etag() + '"', Map.of(), null);
    }
  }

  static void requireMatch(String ifMatch, ObjectIndex index) {
    requirePrecondition(names(ifMatch, index.etag()));
  }

  static void checkCopyConditions(CopyObjectRequest request, ObjectIndex source) {
    String ifMatch = request.copySourceIfMatch();
    String ifNoneMatch = request.copySourceIfNoneMatch();
    Instant limit = request.copySourceIfUnmodifiedSince();
    Instant since = request.copySourceIfModifiedSince();
    requirePrecondition(ifMatch == null || names(ifMatch, source.etag()));
    requirePrecondition(ifNoneMatch == null || !names(ifNoneMatch, source.etag()));
    requirePrecondition(limit == null || !source.modified().isAfter(limit));
    requirePrecondition(since == null || source.modified().isAfter(since));
  }

  private static void requirePrecondition(boolean holds) {
    if (!holds) {
      throw new S3ProxyException(S3ErrorCode.PRECONDITION_FAILED);
    }
  }

  private static boolean names(String header, String etag) {
    return header.equals("*") || header.replace("\"", "").equals(etag);
  }
}
