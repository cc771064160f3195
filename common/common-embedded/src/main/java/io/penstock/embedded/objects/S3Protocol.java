package io.penstock.embedded.objects;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.gaul.s3proxy.AccessGrant;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.S3ProxyHandler;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** S3Proxy, which trusts us to know who asks. */
final class S3Protocol {
  /** What S3Proxy may hold in memory: a list of keys to remove. */
  private static final long LARGEST_BUFFERED = 16L * 1024 * 1024;

  private static final int LARGEST_CHUNK = 16 * 1024 * 1024;
  private static final int SKEW_SECONDS = 15 * 60;

  private final ScopedValue<BlobStore> current = ScopedValue.newInstance();
  private final Handler trusting;

  /**
   * @param closed a store that allows nothing, for those who do not say who they are
   */
  S3Protocol(BlobStore closed) {
    trusting = new Handler(closed, AuthenticationType.NONE);
    trusting.setBlobStoreLocator((_, _, _) -> AccessGrant.anonymous(current.get()));
  }

  /** Carries out a request whose caller is known. */
  void handle(
      HttpServletRequest request, HttpServletResponse response, InputStream body, BlobStore store)
      throws IOException {
    ScopedValue.where(current, store)
        .<@Nullable Void, IOException>call(
            () -> {
              trusting.doHandle(request, request, response, body, null);
              return null;
            });
  }

  /** Answers with S3's error document. */
  void refuse(HttpServletRequest request, HttpServletResponse response, AwsServiceException refusal)
      throws IOException {
    String code = S3Exceptions.errorCode(refusal);
    var details = S3Exceptions.httpResponse(refusal);
    if (details != null) {
      details.firstMatchingHeader("ETag").ifPresent(etag -> response.setHeader("ETag", etag));
    }
    if (code != null) {
      String message = refusal.awsErrorDetails().errorMessage();
      trusting.refuse(
          request, response, code, refusal.statusCode(), message == null ? code : message);
      return;
    }
    switch (refusal.statusCode()) {
      case 304 -> response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      case 416 -> refuse(request, response, new S3ProxyException(S3ErrorCode.INVALID_RANGE));
      default -> refuse(request, response, new S3ProxyException(S3ErrorCode.INVALID_REQUEST));
    }
  }

  /** Opens what S3Proxy keeps for its own servlet. */
  private static final class Handler extends S3ProxyHandler {
    Handler(BlobStore store, AuthenticationType type) {
      super(
          store,
          type,
          "unused",
          "unused",
          null,
          5L * 1024 * 1024 * 1024,
          LARGEST_BUFFERED,
          LARGEST_CHUNK,
          true,
          null,
          null,
          SKEW_SECONDS);
    }

    void refuse(
        HttpServletRequest request,
        HttpServletResponse response,
        String code,
        int status,
        String message)
        throws IOException {
      sendSimpleErrorResponse(request, response, code, status, message, Map.of());
    }
  }
}
