package io.penstock.embedded.objects;

import io.penstock.aws.form.MultipartForm;
import io.penstock.aws.form.MultipartForm.Part;
import io.penstock.aws.form.PostForms;
import io.penstock.embedded.objects.ObjectIndex.Attributes;
import io.penstock.model.Secret;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;

/**
 * A form that a browser posts to a bucket: its fields are read up to the file, checked, and the
 * file streams on from there. Only forms with a policy are taken, signed (version 4) with temporary
 * credentials.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html">POST
 *     Object</a>
 */
final class FormUpload {
  /** S3's own limit for all but the file is 20,000 bytes. */
  private static final int LARGEST_FIELD = 16 * 1024;

  private static final int MOST_FIELDS = 40;
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);

  private final Map<String, String> fields;
  private final InputStream file;
  private final String[] credential;

  private FormUpload(Map<String, String> fields, InputStream file) {
    this.fields = fields;
    this.file = file;
    this.credential = field("x-amz-credential").split("/", -1);
    if (credential.length != 5
        || !credential[3].equals("s3")
        || !credential[4].equals("aws4_request")) {
      throw denied("The form's X-Amz-Credential is malformed.");
    }
  }

  /** Reads up to the file. */
  static FormUpload read(S3Request request) throws IOException {
    MultipartForm form = MultipartForm.of(request.getContentType(), request.getInputStream());
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("bucket", request.getRequestURI().split("/", 3)[1]);
    for (Part part = form.next(); part != null; part = form.next()) {
      String name = part.name().toLowerCase(Locale.ROOT);
      if (name.equals("file")) {
        return new FormUpload(fields, part.body());
      }
      byte[] value = part.body().readNBytes(LARGEST_FIELD + 1);
      if (value.length > LARGEST_FIELD || fields.size() > MOST_FIELDS) {
        throw new S3ProxyException(S3ErrorCode.MAX_MESSAGE_LENGTH_EXCEEDED);
      }
      if (fields.put(name, new String(value, StandardCharsets.UTF_8)) != null) {
        throw new S3ProxyException(S3ErrorCode.INVALID_ARGUMENT, "A field is there twice.");
      }
    }
    throw new S3ProxyException(
        S3ErrorCode.INVALID_ARGUMENT, "POST requires exactly one file upload per request.");
  }

  String accessKeyId() {
    return credential[0];
  }

  String sessionToken() {
    return field("x-amz-security-token");
  }

  String bucket() {
    return field("bucket");
  }

  String key() {
    return field("key");
  }

  /** What the object will be said to be. */
  Attributes attributes() {
    return new Attributes(
        fields.getOrDefault("content-type", "binary/octet-stream"),
        fields.get("content-disposition"),
        fields.get("content-encoding"),
        null,
        fields.get("cache-control"),
        fields.get("x-amz-server-side-encryption"),
        null,
        Map.of());
  }

  /**
   * Compares signature, time and policy, and returns the file, which fails where its size is not
   * what the policy allows.
   *
   * @throws S3ProxyException when one of them is not right
   */
  InputStream verify(Secret secret, Instant now) {
    if (!field("x-amz-algorithm").equals(ALGORITHM)) {
      throw denied("Only signature version 4 is accepted.");
    }
    String expected = PostForms.signature(secret, credential[1], credential[2], field("policy"));
    if (!MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII),
        field("x-amz-signature").getBytes(StandardCharsets.UTF_8))) {
      throw new S3ProxyException(
          S3ErrorCode.SIGNATURE_DOES_NOT_MATCH,
          "The request signature we calculated does not match the signature you provided.");
    }
    checkTime(now);
    FormPolicy policy = FormPolicy.parse(field("policy"));
    policy.check(fields, now);
    if (!fields.getOrDefault("acl", "private").equals("private")) {
      throw GuardedBlobStore.denied();
    }
    return new Sized(file, policy);
  }

  private void checkTime(Instant now) {
    try {
      String time = field("x-amz-date");
      Instant signed = LocalDateTime.parse(time, DATE).toInstant(ZoneOffset.UTC);
      if (!time.startsWith(credential[1] + "T") || signed.isAfter(now.plus(SKEW))) {
        throw denied("The form's X-Amz-Date is not its credential's, or not yet.");
      }
    } catch (DateTimeParseException _) {
      throw denied("The form's X-Amz-Date is no date.");
    }
  }

  private String field(String name) {
    String value = fields.get(name);
    if (value == null || value.isEmpty()) {
      throw denied("The form has no " + name + ".");
    }
    return value;
  }

  private static S3ProxyException denied(String message) {
    return new S3ProxyException(S3ErrorCode.ACCESS_DENIED, message);
  }

  /** The file, as long as its size is allowed. */
  private static final class Sized extends FilterInputStream {
    private final FormPolicy policy;
    private long count;

    Sized(InputStream file, FormPolicy policy) {
      super(file);
      this.policy = policy;
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      count(value < 0 ? -1 : 1);
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = in.read(target, offset, length);
      count(read);
      return read;
    }

    private void count(int read) {
      count += Math.max(0, read);
      if (count > policy.largest()) {
        throw new S3ProxyException(
            S3ErrorCode.ENTITY_TOO_LARGE, "Your proposed upload exceeds the maximum allowed size");
      }
      if (read < 0 && count < policy.smallest()) {
        throw new S3ProxyException(
            S3ErrorCode.ENTITY_TOO_SMALL,
            "Your proposed upload is smaller than the minimum allowed size");
      }
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    @Override
    public long skip(long bytes) throws IOException {
      throw new IOException("A file is read, not skipped");
    }
  }
}
