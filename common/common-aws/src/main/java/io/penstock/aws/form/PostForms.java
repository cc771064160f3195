package io.penstock.aws.form;

import io.penstock.aws.ScopedCredentials.TemporaryCredentials;
import io.penstock.model.Json;
import io.penstock.model.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;

/**
 * Signs forms by which a browser uploads one object (POST Object, signature version 4). They are
 * signed with the temporary credentials of just that object: the form lives as long as those do,
 * and its signature opens nothing else even where a policy were read too kindly. Never asks the
 * network. Thread-safe.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html">POST
 *     policy</a>
 */
public final class PostForms {
  /** The largest object that S3 takes by a form. */
  public static final long LARGEST = 5L * 1024 * 1024 * 1024;

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter EXPIRATION =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'.000Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final String region;
  private final @Nullable URI endpoint;

  /**
   * @param endpoint null on AWS; with it, buckets are addressed in the path
   */
  public PostForms(String region, @Nullable URI endpoint) {
    this.region = region;
    this.endpoint = endpoint;
  }

  /**
   * The form for exactly this object.
   *
   * @param nameEncryption true: the form asks for {@code AES256}, and is worth nothing without
   * @param by may put this object; the form expires with them
   */
  public PostForm sign(
      String bucket, String key, boolean nameEncryption, TemporaryCredentials by, Instant now) {
    String time = TIME.format(now);
    String date = time.substring(0, 8);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("key", key);
    fields.put("acl", "private");
    if (nameEncryption) {
      fields.put("x-amz-server-side-encryption", "AES256");
    }
    fields.put("X-Amz-Algorithm", ALGORITHM);
    fields.put(
        "X-Amz-Credential", "%s/%s/%s/s3/aws4_request".formatted(by.accessKeyId(), date, region));
    fields.put("X-Amz-Date", time);
    fields.put("X-Amz-Security-Token", by.sessionToken().reveal());
    String policy = policy(bucket, fields, by.expiration());
    fields.put("policy", policy);
    fields.put("X-Amz-Signature", signature(by.secretAccessKey(), date, region, policy));
    return new PostForm(address(bucket), Collections.unmodifiableMap(fields));
  }

  /** S3 compares names of fields without regard to case, and every field must have a condition. */
  private static String policy(String bucket, Map<String, String> fields, Instant expiration) {
    List<Object> conditions = new ArrayList<>();
    conditions.add(Map.of("bucket", bucket));
    fields.forEach((name, value) -> conditions.add(Map.of(name.toLowerCase(Locale.ROOT), value)));
    conditions.add(List.of("content-length-range", 0, LARGEST));
    Map<String, Object> policy = new LinkedHashMap<>();
    policy.put("expiration", EXPIRATION.format(expiration));
    policy.put("conditions", conditions);
    return Base64.getEncoder().encodeToString(Json.write(policy).getBytes(StandardCharsets.UTF_8));
  }

  private URI address(String bucket) {
    if (endpoint != null) {
      return URI.create(endpoint.toString().replaceAll("/+$", "") + "/" + bucket);
    }
    String suffix = Region.of(region).metadata().partition().dnsSuffix();
    return URI.create("https://%s.s3.%s.%s/".formatted(bucket, region, suffix));
  }

  /**
   * The signature of a policy, in hex.
   *
   * @param date of the credential, {@code yyyyMMdd}
   * @param policy in base64, as the form carries it
   */
  public static String signature(Secret secret, String date, String region, String policy) {
    byte[] key = ("AWS4" + secret.reveal()).getBytes(StandardCharsets.UTF_8);
    for (String step : List.of(date, region, "s3", "aws4_request", policy)) {
      key = hmac(key, step);
    }
    return HexFormat.of().formatHex(key);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has HMAC-SHA256", e);
    }
  }
}
