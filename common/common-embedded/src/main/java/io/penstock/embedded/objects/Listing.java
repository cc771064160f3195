package io.penstock.embedded.objects;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.blobstore.SdkResponses;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * One page of a bucket's keys. Entries carry no ETag: it is sealed in each object's file, and a
 * page would have to open a thousand of them. A continuation token is the page's last name in
 * base64.
 */
final class Listing {
  private static final int LARGEST_PAGE = 1000;

  /**
   * Sorts behind everything that can follow a prefix in a key: no UTF-8 text has such a character
   * there.
   */
  private static final String BEHIND = Character.toString(Character.MAX_CODE_POINT);

  private final ObjectFiles files;
  private final String bucket;
  private final String prefix;
  private final @Nullable String delimiter;
  private final int limit;
  private final List<S3Object> objects = new ArrayList<>();
  private final List<CommonPrefix> prefixes = new ArrayList<>();
  private String last;
  private boolean more;

  Listing(ObjectFiles files, ListObjectsV2Request request) {
    this.files = files;
    this.bucket = request.bucket();
    this.prefix = request.prefix() == null ? "" : request.prefix();
    String asked = request.delimiter();
    this.delimiter = asked == null || asked.isEmpty() ? null : asked;
    this.limit =
        request.maxKeys() == null ? LARGEST_PAGE : Math.min(LARGEST_PAGE, request.maxKeys());
    this.last = begin(request);
  }

  private static String begin(ListObjectsV2Request request) {
    String token = request.continuationToken();
    if (token == null) {
      return request.startAfter() == null ? "" : request.startAfter();
    }
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new S3ProxyException(
          S3ErrorCode.INVALID_ARGUMENT, "The continuation token provided is incorrect.", e);
    }
  }

  ListObjectsV2Response page() {
    boolean jumped;
    do {
      String from = last;
      String after = isCommonPrefix(from) ? from + BEHIND : from;
      files.list(bucket, prefix, after, this::visit);
      jumped = !more && !last.equals(from) && isCommonPrefix(last);
    } while (jumped);
    String token =
        more && limit > 0
            ? Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(last.getBytes(StandardCharsets.UTF_8))
            : null;
    return SdkResponses.objectsPage(objects, prefixes, token);
  }

  /** False ends the walk: because the page is full, or to jump behind a common prefix. */
  private boolean visit(String key, Path file) throws IOException {
    if (objects.size() + prefixes.size() >= limit) {
      more = true;
      return false;
    }
    int end = delimiter == null ? -1 : key.indexOf(delimiter, prefix.length());
    if (delimiter != null && end >= 0) {
      last = key.substring(0, end + delimiter.length());
      prefixes.add(SdkResponses.commonPrefix(last));
      return false;
    }
    try {
      ObjectFile.Summary summary = ObjectFile.summary(file);
      objects.add(SdkResponses.objectEntry(key, null, summary.modified(), summary.length(), null));
      last = key;
    } catch (NoSuchFileException _) {
      // Removed in the meantime.
    }
    return true;
  }

  private boolean isCommonPrefix(String name) {
    return delimiter != null
        && name.length() > prefix.length()
        && name.startsWith(prefix)
        && name.endsWith(delimiter);
  }
}
