package io.penstock.embedded.objects;

import io.penstock.model.Secret;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.auth.AwsSignature;
import org.gaul.s3proxy.auth.S3AuthorizationHeader;
import org.gaul.s3proxy.checksum.ChecksumValidatingInputStream;
import org.gaul.s3proxy.checksum.ChunkedInputStream;
import org.gaul.s3proxy.checksum.FlexChecksum;
import org.jspecify.annotations.Nullable;

/**
 * The signature (version 4) of one request, in its header or in its query. S3Proxy's own check
 * holds a body in memory while it compares its hash, and lets headers pass that were not signed;
 * here the hash is compared as the body streams, and an unsigned {@code x-amz-} header (a copy's
 * source, say, added to somebody's link) is refused.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html">Signature
 *     4</a>
 */
final class SignatureCheck {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String CONTENT_SHA256 = "x-amz-content-sha256";
  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
  private static final String CHUNKED_UNSIGNED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
  private static final String CHUNKED_SIGNED = "STREAMING-" + ALGORITHM + "-PAYLOAD";
  private static final Pattern SHA256_HEX = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Set<String> NEED_NO_SIGNATURE = Set.of(CONTENT_SHA256, "x-amz-user-agent");
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final long LONGEST_LINK = Duration.ofDays(7).toSeconds();
  private static final int LARGEST_CHUNK = 16 * 1024 * 1024;
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  private static final int BUFFER = 64 * 1024;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

  private final S3Request request;
  private final boolean link;
  private final S3AuthorizationHeader authorization;

  private SignatureCheck(S3Request request, boolean link, String authorization) {
    this.request = request;
    this.link = link;
    try {
      this.authorization = new S3AuthorizationHeader(authorization);
    } catch (IllegalArgumentException e) {
      throw denied("The authorization is malformed.", e);
    }
    if (this.authorization.getAuthenticationType() != AuthenticationType.AWS_V4) {
      throw denied("Only signature version 4 is accepted.", null);
    }
  }

  /**
   * Reads who is said to have signed.
   *
   * @throws S3ProxyException with AccessDenied when nobody is, or in a way that cannot be read
   */
  static SignatureCheck of(S3Request request) {
    String header = request.getHeader("Authorization");
    if (header != null && header.startsWith(ALGORITHM)) {
      return new SignatureCheck(request, false, header);
    }
    if (!ALGORITHM.equals(request.getParameter("X-Amz-Algorithm"))) {
      throw denied("Anonymous requests are not accepted.", null);
    }
    return new SignatureCheck(
        request,
        true,
        ALGORITHM
            + " Credential="
            + required("X-Amz-Credential", request.getParameter("X-Amz-Credential"))
            + ", Signature="
            + required("X-Amz-Signature", request.getParameter("X-Amz-Signature")));
  }

  String accessKeyId() {
    return authorization.getIdentity();
  }

  @Nullable String sessionToken() {
    String header = request.getHeader("x-amz-security-token");
    return header != null ? header : request.getParameter("X-Amz-Security-Token");
  }

  /**
   * Compares the signature, and returns the body: decoded, and failing where it is not what was
   * signed.
   *
   * @throws S3ProxyException when time, headers or signature are not right
   */
  InputStream verify(Secret secret, Clock clock, InputStream body) throws IOException {
    checkTime(clock.instant());
    checkHeaders();
    try {
      String payloadHash = payloadHash();
      if (!matches(signature(secret, payloadHash))
          && !(link && payloadHash != null && matches(signature(secret, null)))) {
        throw new S3ProxyException(
            S3ErrorCode.SIGNATURE_DOES_NOT_MATCH,
            "The request signature we calculated does not match the signature you provided.");
      }
      return new WholeBody(decode(secret, payloadHash, body), length());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has HMAC-SHA256", e);
    }
  }

  private void checkTime(Instant now) {
    String text = link ? request.getParameter("X-Amz-Date") : request.getHeader("x-amz-date");
    Instant signed = parse(required("x-amz-date", text));
    if (!DATE.format(signed.atOffset(ZoneOffset.UTC)).startsWith(authorization.getDate() + "T")) {
      throw denied("The credential's date is not the request's.", null);
    }
    if (signed.isAfter(now.plus(SKEW))) {
      throw new S3ProxyException(S3ErrorCode.REQUEST_TIME_TOO_SKEWED);
    }
    if (!link) {
      if (signed.isBefore(now.minus(SKEW))) {
        throw new S3ProxyException(S3ErrorCode.REQUEST_TIME_TOO_SKEWED);
      }
      return;
    }
    long seconds;
    try {
      seconds = Long.parseLong(required("X-Amz-Expires", request.getParameter("X-Amz-Expires")));
    } catch (NumberFormatException e) {
      throw denied("X-Amz-Expires is no number.", e);
    }
    if (seconds < 1 || seconds > LONGEST_LINK) {
      throw denied("X-Amz-Expires must be between 1 and %d.".formatted(LONGEST_LINK), null);
    }
    if (!now.isBefore(signed.plusSeconds(seconds))) {
      throw denied("Request has expired", null);
    }
  }

  private void checkHeaders() {
    Set<String> signed = signedHeaders();
    if (!signed.contains("host")) {
      throw denied("The host must be signed.", null);
    }
    for (String name : Collections.list(request.getHeaderNames())) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith("x-amz-")
          && !signed.contains(lower)
          && !NEED_NO_SIGNATURE.contains(lower)) {
        throw denied("There were headers present in the request which were not signed", null);
      }
    }
  }

  private Set<String> signedHeaders() {
    String list = request.getParameter("X-Amz-SignedHeaders");
    if (!link) {
      String header = required("Authorization", request.getHeader("Authorization"));
      int from = header.indexOf("SignedHeaders=");
      int to = header.indexOf(',', Math.max(from, 0));
      list = from < 0 || to < 0 ? null : header.substring(from + "SignedHeaders=".length(), to);
    }
    return Arrays.stream(required("SignedHeaders", list).split(";", -1))
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The hash that the body must have; null when the signature does not cover the body, or covers
   * its chunks.
   */
  private @Nullable String payloadHash() {
    if (link) {
      return AwsSignature.pinnedPayloadHash(request);
    }
    String value = required(CONTENT_SHA256, request.getHeader(CONTENT_SHA256));
    if (SHA256_HEX.matcher(value).matches()) {
      return value;
    }
    if (value.equals(UNSIGNED) || value.equals(CHUNKED_UNSIGNED) || isChunkedSigned(value)) {
      return null;
    }
    throw new S3ProxyException(
        S3ErrorCode.INVALID_ARGUMENT, CONTENT_SHA256 + " has an unknown value.");
  }

  private AwsSignature.SignatureDetail signature(Secret secret, @Nullable String payloadHash)
      throws GeneralSecurityException, IOException {
    return AwsSignature.createAuthorizationSignatureV4(
        request,
        authorization,
        new byte[0],
        canonicalPath(request.getRequestURI()),
        secret.reveal(),
        link,
        payloadHash,
        payloadHash);
  }

  /**
   * As S3 signs it: every byte encoded but the unreserved and the slash, whatever the request line
   * looks like.
   */
  private static String canonicalPath(String raw) {
    var path = new StringBuilder(raw.length());
    for (byte b : URLDecoder.decode(raw, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (UNRESERVED.indexOf(c) >= 0) {
        path.append(c);
      } else {
        path.append('%');
        HexFormat.of().withUpperCase().toHexDigits(path, b);
      }
    }
    return path.toString();
  }

  private boolean matches(AwsSignature.SignatureDetail expected) {
    return MessageDigest.isEqual(
        expected.signature().getBytes(StandardCharsets.US_ASCII),
        authorization.getSignature().getBytes(StandardCharsets.US_ASCII));
  }

  private InputStream decode(Secret secret, @Nullable String payloadHash, InputStream body)
      throws GeneralSecurityException {
    if (payloadHash != null) {
      long length = request.getContentLengthLong();
      return new ChecksumValidatingInputStream(
          body,
          FlexChecksum.SHA256.newChecksum(),
          HexFormat.of().parseHex(payloadHash),
          length < 0 ? Long.MAX_VALUE : length,
          S3ErrorCode.X_AMZ_CONTENT_S_H_A_256_MISMATCH);
    }
    String kind = request.getHeader(CONTENT_SHA256);
    if (link || kind == null || kind.equals(UNSIGNED)) {
      return body;
    }
    var buffered = new BufferedInputStream(body, BUFFER);
    String trailer = request.getHeader("x-amz-trailer");
    if (!isChunkedSigned(kind)) {
      return new ChunkedInputStream(buffered, LARGEST_CHUNK, trailer);
    }
    return new ChunkedInputStream(
        buffered,
        LARGEST_CHUNK,
        authorization.getSignature(),
        AwsSignature.deriveSigningKeyV4(authorization, secret.reveal()),
        required("algorithm", authorization.getHmacAlgorithm()),
        required("x-amz-date", request.getHeader("x-amz-date")),
        "%s/%s/%s/aws4_request"
            .formatted(
                authorization.getDate(), authorization.getRegion(), authorization.getService()),
        kind.equals(CHUNKED_SIGNED) ? null : trailer);
  }

  private static boolean isChunkedSigned(String kind) {
    return kind.equals(CHUNKED_SIGNED) || kind.equals(CHUNKED_SIGNED + "-TRAILER");
  }

  /** Length of the decoded body; -1 when it is not announced. */
  private long length() {
    String decoded = request.getHeader("x-amz-decoded-content-length");
    try {
      return decoded == null ? request.getContentLengthLong() : Long.parseLong(decoded);
    } catch (NumberFormatException e) {
      throw new S3ProxyException(S3ErrorCode.INVALID_ARGUMENT, e);
    }
  }

  private static Instant parse(String date) {
    try {
      return LocalDateTime.parse(date, DATE).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      throw denied("AWS authentication requires a valid Date or x-amz-date header", e);
    }
  }

  private static String required(String name, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw denied(name + " is missing.", null);
    }
    return value;
  }

  private static S3ProxyException denied(String message, @Nullable Throwable cause) {
    return new S3ProxyException(S3ErrorCode.ACCESS_DENIED, message, cause);
  }
}
