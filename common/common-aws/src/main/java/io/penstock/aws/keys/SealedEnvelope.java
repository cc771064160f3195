package io.penstock.aws.keys;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret under a data key of its own, and that key, wrapped by somebody else. In order: 8 bytes
 * {@code PENSTOCK}, one byte of version (1), two bytes of the wrapped key's length, the wrapped
 * key, 12 bytes of nonce, the ciphertext of AES-256-GCM with its tag of 16 bytes. Authenticated
 * beside the secret: all that stands before the nonce, and what the caller binds it to.
 *
 * @param head all before the nonce
 */
record SealedEnvelope(byte[] head, byte[] wrappedKey, byte[] nonce, byte[] ciphertext) {
  private static final byte[] MAGIC = "PENSTOCK".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int FIXED_BYTES = MAGIC.length + 1 + Short.BYTES;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int KEY_BYTES = 32;
  private static final int MAX_WRAPPED_BYTES = 6144;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Whether these bytes are an envelope, whole or not; nothing of KMS begins like one. */
  static boolean is(byte[] sealed) {
    return sealed.length > MAGIC.length
        && Arrays.equals(sealed, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * @param key used for this secret alone
   * @param binding must be the same to open it
   */
  static byte[] seal(byte[] key, byte[] wrappedKey, byte[] plaintext, byte[] binding)
      throws GeneralSecurityException {
    if (wrappedKey.length == 0 || wrappedKey.length > MAX_WRAPPED_BYTES) {
      throw new GeneralSecurityException(
          "A wrapped key of %d bytes is none".formatted(wrappedKey.length));
    }
    byte[] head =
        ByteBuffer.allocate(FIXED_BYTES + wrappedKey.length)
            .put(MAGIC)
            .put(VERSION)
            .putShort((short) wrappedKey.length)
            .put(wrappedKey)
            .array();
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce);
    cipher.updateAAD(head);
    cipher.updateAAD(binding);
    byte[] sealed = Arrays.copyOf(head, head.length + NONCE_BYTES + plaintext.length + TAG_BYTES);
    System.arraycopy(nonce, 0, sealed, head.length, NONCE_BYTES);
    cipher.doFinal(plaintext, 0, plaintext.length, sealed, head.length + NONCE_BYTES);
    return sealed;
  }

  static SealedEnvelope read(byte[] sealed) throws GeneralSecurityException {
    if (sealed.length < FIXED_BYTES || sealed[MAGIC.length] != VERSION) {
      throw new GeneralSecurityException("An envelope of a version that is not known");
    }
    int wrapped = Short.toUnsignedInt(ByteBuffer.wrap(sealed).getShort(MAGIC.length + 1));
    int head = FIXED_BYTES + wrapped;
    if (wrapped == 0
        || wrapped > MAX_WRAPPED_BYTES
        || sealed.length < head + NONCE_BYTES + TAG_BYTES) {
      throw new GeneralSecurityException("An envelope that is not whole");
    }
    return new SealedEnvelope(
        Arrays.copyOf(sealed, head),
        Arrays.copyOfRange(sealed, FIXED_BYTES, head),
        Arrays.copyOfRange(sealed, head, head + NONCE_BYTES),
        Arrays.copyOfRange(sealed, head + NONCE_BYTES, sealed.length));
  }

  /**
   * The secret.
   *
   * @param key the wrapped one, unwrapped
   * @throws GeneralSecurityException when key, binding or bytes are not the right ones
   */
  byte[] open(byte[] key, byte[] binding) throws GeneralSecurityException {
    Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce);
    cipher.updateAAD(head);
    cipher.updateAAD(binding);
    return cipher.doFinal(ciphertext);
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce) throws GeneralSecurityException {
    if (key.length != KEY_BYTES) {
      throw new GeneralSecurityException("A data key of %d bytes is none".formatted(key.length));
    }
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * 8, nonce));
    return cipher;
  }
}
