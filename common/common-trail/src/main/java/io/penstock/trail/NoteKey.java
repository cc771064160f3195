package io.penstock.trail;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Who signed a note: a name and an Ed25519 public key, written as one line {@code
 * name+hash+base64}, as Go's note package reads it.
 *
 * @param name without spaces and plus signs
 * @param publicKey 32 bytes
 */
public record NoteKey(String name, byte[] publicKey) {
  /** https://c2sp.org/signed-note: 0x01 is Ed25519. */
  private static final byte ED25519 = 1;

  /** What a SubjectPublicKeyInfo has before the 32 bytes of an Ed25519 key (RFC 8410). */
  private static final byte[] SUBJECT_PUBLIC_KEY_INFO =
      HexFormat.of().parseHex("302a300506032b6570032100");

  public NoteKey {
    if (name.isEmpty() || name.chars().anyMatch(c -> Character.isWhitespace(c) || c == '+')) {
      throw new IllegalArgumentException(
          "The name of a key is not empty and has no spaces and no plus signs: " + name);
    }
    if (publicKey.length != 32) {
      throw new IllegalArgumentException("An Ed25519 public key has 32 bytes");
    }
    publicKey = publicKey.clone();
  }

  /**
   * @throws IllegalArgumentException when the text is not a key's line
   */
  public static NoteKey parse(String line) {
    String[] parts = line.strip().split("\\+", 3);
    if (parts.length != 3) {
      throw new IllegalArgumentException("A public key is a line name+hash+base64");
    }
    byte[] typed = Base64.getDecoder().decode(parts[2]);
    if (typed.length != 33 || typed[0] != ED25519) {
      throw new IllegalArgumentException("The key of " + parts[0] + " is not an Ed25519 key");
    }
    NoteKey key = new NoteKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
    if (!key.text().equals(line.strip())) {
      throw new IllegalArgumentException("The key of " + parts[0] + " does not match its hash");
    }
    return key;
  }

  /** From the X.509 form that Java and KMS give public keys in. */
  public static NoteKey ofX509(String name, byte[] encoded) {
    int prefix = SUBJECT_PUBLIC_KEY_INFO.length;
    if (encoded.length != prefix + 32
        || !Arrays.equals(encoded, 0, prefix, SUBJECT_PUBLIC_KEY_INFO, 0, prefix)) {
      throw new IllegalArgumentException("The key of " + name + " is not an Ed25519 key");
    }
    return new NoteKey(name, Arrays.copyOfRange(encoded, prefix, encoded.length));
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** The line without its end. */
  public String text() {
    return "%s+%08x+%s".formatted(name, id(), Base64.getEncoder().encodeToString(typed()));
  }

  /** The first four bytes of the hash over name and key, which every signature begins with. */
  public int id() {
    MessageDigest digest = Hash.sha256();
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    return ByteBuffer.wrap(digest.digest(typed())).getInt();
  }

  public boolean verifies(byte[] text, byte[] signature) {
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initVerify(jdkKey());
      ed25519.update(text);
      return ed25519.verify(signature);
    } catch (SignatureException _) {
      return false; // not even a signature's form
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("The key of " + name + " cannot be used", e);
    }
  }

  private PublicKey jdkKey() throws GeneralSecurityException {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    encoded.writeBytes(SUBJECT_PUBLIC_KEY_INFO);
    encoded.writeBytes(publicKey);
    return KeyFactory.getInstance("Ed25519")
        .generatePublic(new X509EncodedKeySpec(encoded.toByteArray()));
  }

  private byte[] typed() {
    return ByteBuffer.allocate(33).put(ED25519).put(publicKey).array();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NoteKey that
        && name.equals(that.name)
        && Arrays.equals(publicKey, that.publicKey);
  }

  @Override
  public int hashCode() {
    return id();
  }

  @Override
  public String toString() {
    return text();
  }
}
