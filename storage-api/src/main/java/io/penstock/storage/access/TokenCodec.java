package io.penstock.storage.access;

import io.penstock.model.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;

/**
 * Seals and opens tokens {@code {projectId}-{tokenId}-{sealed}}. Sealed is the base62 text of
 *
 * <pre>
 * version (1) | IV (8) | Blowfish-CBC(secret (16) | project id (8) | token id (8)) (40) | tag (32)
 * </pre>
 *
 * The tag is HMAC-SHA256 over the two visible ids and everything before it (encrypt-then-MAC) and
 * is checked first, in constant time: a forged token costs neither the cipher's key schedule nor a
 * query. Thread-safe.
 */
public final class TokenCodec {
  private static final int SECRET = 16;
  private static final int IV = 8;
  private static final int CIPHERTEXT = 40;
  private static final int TAG = 32;
  private static final int SEALED = 1 + IV + CIPHERTEXT + TAG;
  private static final int TEXT = Base62.length(SEALED);
  private static final Pattern SHAPE =
      Pattern.compile("(\\d{1,19})-(\\d{1,19})-([0-9A-Za-z]{" + TEXT + "})");

  private final TokenKeys keys;
  private final SecureRandom random = new SecureRandom();

  public TokenCodec(TokenKeys keys) {
    this.keys = keys;
  }

  /** What a genuine token says. The database has only the hash. */
  public record Opened(long projectId, long tokenId, byte[] secretHash) {
    /** Compares in constant time. */
    public boolean matches(byte[] storedHash) {
      return MessageDigest.isEqual(secretHash, storedHash);
    }
  }

  /** A fresh 128-bit secret. */
  public byte[] newSecret() {
    byte[] secret = new byte[SECRET];
    random.nextBytes(secret);
    return secret;
  }

  /** The text of a token. */
  public Secret seal(long projectId, long tokenId, byte[] secret) {
    TokenKeys.Version key = keys.current();
    byte[] iv = new byte[IV];
    random.nextBytes(iv);
    byte[] plain =
        ByteBuffer.allocate(SECRET + 16).put(secret).putLong(projectId).putLong(tokenId).array();
    byte[] sealed =
        ByteBuffer.allocate(SEALED - TAG)
            .put((byte) key.number())
            .put(iv)
            .put(blowfish(Cipher.ENCRYPT_MODE, key, iv, plain))
            .array();
    String ids = projectId + "-" + tokenId + "-";
    byte[] tag = tag(key, ids, sealed);
    byte[] all = Arrays.copyOf(sealed, SEALED);
    System.arraycopy(tag, 0, all, SEALED - TAG, TAG);
    return Secret.of(ids + Base62.encode(all));
  }

  /** Opens a token; empty for everything that this installation did not make. */
  public Optional<Opened> open(String text) {
    Matcher shape = SHAPE.matcher(text);
    if (!shape.matches()) {
      return Optional.empty();
    }
    Optional<byte[]> decoded = Base62.decode(shape.group(3), SEALED);
    if (decoded.isEmpty()) {
      return Optional.empty();
    }
    byte[] all = decoded.get();
    TokenKeys.Version key = keys.of(Byte.toUnsignedInt(all[0]));
    byte[] body = Arrays.copyOf(all, SEALED - TAG);
    byte[] tag = Arrays.copyOfRange(all, SEALED - TAG, SEALED);
    String ids = shape.group(1) + "-" + shape.group(2) + "-";
    if (!MessageDigest.isEqual(tag(key, ids, body), tag)) {
      return Optional.empty();
    }
    byte[] iv = Arrays.copyOfRange(body, 1, 1 + IV);
    byte[] cipherText = Arrays.copyOfRange(body, 1 + IV, body.length);
    ByteBuffer plain = ByteBuffer.wrap(blowfish(Cipher.DECRYPT_MODE, key, iv, cipherText));
    byte[] secret = new byte[SECRET];
    plain.get(secret);
    return Optional.of(new Opened(plain.getLong(), plain.getLong(), hash(secret)));
  }

  /** SHA-256: enough for a secret of 128 random bits. */
  public static byte[] hash(byte[] secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] tag(TokenKeys.Version key, String ids, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key.mac());
      mac.update(ids.getBytes(StandardCharsets.US_ASCII));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] blowfish(int mode, TokenKeys.Version key, byte[] iv, byte[] input) {
    try {
      Cipher cipher = Cipher.getInstance("Blowfish/CBC/PKCS5Padding");
      cipher.init(mode, key.blowfish(), new IvParameterSpec(iv));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A token with a right tag does not decrypt", e);
    }
  }
}
