package io.penstock.embedded.objects;

import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the JVM compile AES-GCM before it is needed. HotSpot uses the processor's instructions only
 * from compiled code, and counts calls before it compiles; a store that opens segments of 1 MB
 * calls so seldom that hundreds of megabytes go by at some 40 MB/s, where compiled code does 1,000
 * and more. Half a second of one core, once in a JVM, beside whatever else goes on.
 */
final class CipherWarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(CipherWarmUp.class);
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  /** Found by trying: larger blocks leave the segments' path interpreted, fewer rounds too. */
  private static final int BLOCK_BYTES = 1024;

  private static final int ROUNDS = 12_000;

  private CipherWarmUp() {}

  static void begin() {
    if (BEGUN.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("cipher-warm-up").start(CipherWarmUp::run);
    }
  }

  private static void run() {
    try {
      SecretKeySpec key = new SecretKeySpec(new byte[32], "AES"); // protects nothing
      byte[] text = new byte[BLOCK_BYTES];
      for (int round = 0; round < ROUNDS; round++) {
        byte[] nonce = new byte[12];
        nonce[0] = (byte) round;
        nonce[1] = (byte) (round >>> 8);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce).doFinal(text);
        text = cipher(Cipher.DECRYPT_MODE, key, nonce).doFinal(sealed);
      }
    } catch (GeneralSecurityException e) {
      LOG.warn("AES-GCM could not be warmed up, the store begins slowly", e);
    }
  }

  private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(128, nonce));
    return cipher;
  }
}
