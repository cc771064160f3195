package io.penstock.trail;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * A private Ed25519 key as the text of a file: PKCS #8 in PEM, as {@code openssl genpkey -algorithm
 * ed25519} writes it.
 */
public final class KeyFile {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private KeyFile() {}

  /** The text of a new key. */
  public static String generate() {
    try {
      byte[] encoded =
          KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate().getEncoded();
      return BEGIN + "\n" + Base64.getEncoder().encodeToString(encoded) + "\n" + END + "\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK since 15 has Ed25519", e);
    }
  }

  /**
   * @param name the key's in notes
   * @throws IllegalArgumentException when the text is no such key
   */
  public static NoteSigner signer(String name, String pem) {
    int from = pem.indexOf(BEGIN);
    int to = pem.indexOf(END);
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("A signing key is a PEM file with a PRIVATE KEY");
    }
    byte[] encoded = Base64.getMimeDecoder().decode(pem.substring(from + BEGIN.length(), to));
    try {
      PrivateKey key =
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
      NoteSigner signer = new LocalSigner(publicHalf(name, (EdECPrivateKey) key), key);
      check(signer);
      return signer;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("The signing key is not an Ed25519 key", e);
    }
  }

  /**
   * The JDK derives a public key only while it makes a pair: it is given the private key's bytes in
   * the place of random ones.
   */
  private static NoteKey publicHalf(String name, EdECPrivateKey key)
      throws GeneralSecurityException {
    byte[] seed = key.getBytes().orElseThrow();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new Fixed(seed));
    return NoteKey.ofX509(name, generator.generateKeyPair().getPublic().getEncoded());
  }

  private static void check(NoteSigner signer) {
    byte[] text = "A key and its half\n".getBytes(StandardCharsets.UTF_8);
    if (!signer.key().verifies(text, signer.sign(text))) {
      throw new IllegalStateException("This JDK derives no public key from a private one");
    }
  }

  private record LocalSigner(NoteKey key, PrivateKey secret) implements NoteSigner {

    @Override
    public byte[] sign(byte[] text) {
      try {
        Signature ed25519 = Signature.getInstance("Ed25519");
        ed25519.initSign(secret);
        ed25519.update(text);
        return ed25519.sign();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("The key of " + key.name() + " cannot sign", e);
      }
    }

    @Override
    public String toString() {
      return key.toString();
    }
  }

  private static final class Fixed extends SecureRandom {
    private static final long serialVersionUID = 1;
    private final byte[] seed;

    Fixed(byte[] seed) {
      this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, bytes.length);
    }
  }
}
