package io.penstock.service;

import io.penstock.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The secret by which services know each other: {@code Authorization: Bearer <secret>} (RFC 6750,
 * 2.1). Immutable and thread-safe.
 */
public final class ServiceCredential {
  private static final String SCHEME = "Bearer ";
  private static final int SHORTEST = 32;

  private final Secret secret;
  private final byte[] digest;

  /**
   * @throws IllegalArgumentException when the secret has less than 32 characters, or others than
   *     visible ASCII
   */
  public ServiceCredential(Secret secret) {
    String text = secret.reveal();
    if (text.length() < SHORTEST || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "The service credential must be at least " + SHORTEST + " visible ASCII characters");
    }
    this.secret = secret;
    this.digest = sha256(text);
  }

  /** What a caller sends as {@code Authorization}. */
  public String headerValue() {
    return SCHEME + secret.reveal();
  }

  /**
   * Whether the header carries this very secret; the time it takes tells nothing about the secret.
   */
  public boolean matches(@Nullable String authorization) {
    return authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(digest, sha256(authorization.substring(SCHEME.length())));
  }

  @Override
  public String toString() {
    return "ServiceCredential[" + secret + "]";
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
