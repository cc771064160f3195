package io.penstock.aws.keys;

import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.HybridDecrypt;
import com.google.crypto.tink.HybridEncrypt;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.hybrid.HpkeParameters;
import com.google.crypto.tink.hybrid.HybridConfig2026;
import io.penstock.aws.RecipientSeal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * HPKE by Tink (<a href="https://www.rfc-editor.org/rfc/rfc9180">RFC 9180</a>, DHKEM(X25519,
 * HKDF-SHA256), HKDF-SHA256, AES-256-GCM) between two files: the sender has the public keyset, the
 * recipient alone the private one. {@code context} is HPKE's {@code info}. Thread-safe.
 */
public final class LocalRecipientSeal implements RecipientSeal {
  private static final Configuration HYBRID = HybridConfig2026.get();

  private final HybridEncrypt encrypt;

  private LocalRecipientSeal(HybridEncrypt encrypt) {
    this.encrypt = encrypt;
  }

  /**
   * Makes both files where there is no private one; where only the public one is missing, writes it
   * again. Two processes may call it at once.
   *
   * @param privateFile mode 0600, in a directory of mode 0700 for it and its like
   * @param publicFile mode 0644
   */
  public static void generate(Path privateFile, Path publicFile) {
    byte[] keyset =
        privateDirectory(privateFile)
            .readOrCreate(nameOf(privateFile), LocalRecipientSeal::newKeyset);
    try {
      byte[] publicKeyset =
          TinkJsonProtoKeysetFormat.serializeKeysetWithoutSecret(
                  parsePrivate(keyset).getPublicKeysetHandle(), HYBRID)
              .getBytes(StandardCharsets.UTF_8);
      if (!Files.exists(publicFile)
          || !Arrays.equals(Files.readAllBytes(publicFile), publicKeyset)) {
        PrivateDirectory.writePublic(publicFile, publicKeyset);
      }
    } catch (GeneralSecurityException e) {
      throw damaged(privateFile, e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + publicFile, e);
    }
  }

  /**
   * The sender's side.
   *
   * @throws UncheckedIOException when the file cannot be read
   * @throws IllegalStateException when it holds no public keyset
   */
  public static RecipientSeal fromPublic(Path publicFile) {
    try {
      var keyset =
          TinkJsonProtoKeysetFormat.parseKeysetWithoutSecret(Files.readString(publicFile), HYBRID);
      return new LocalRecipientSeal(keyset.getPrimitive(HYBRID, HybridEncrypt.class));
    } catch (GeneralSecurityException e) {
      throw damaged(publicFile, e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + publicFile, e);
    }
  }

  /**
   * The recipient's side.
   *
   * @throws IllegalStateException when the file is missing, damaged or readable by others
   */
  public static RecipientSeal.Opener fromPrivate(Path privateFile) {
    byte[] keyset =
        privateDirectory(privateFile)
            .read(nameOf(privateFile))
            .orElseThrow(() -> new IllegalStateException("There is no key in " + privateFile));
    try {
      return parsePrivate(keyset).getPrimitive(HYBRID, HybridDecrypt.class)::decrypt;
    } catch (GeneralSecurityException e) {
      throw damaged(privateFile, e);
    }
  }

  @Override
  public byte[] seal(byte[] plaintext, byte[] context) {
    try {
      return encrypt.encrypt(plaintext, context);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot seal for the recipient", e);
    }
  }

  private static byte[] newKeyset() {
    try {
      var parameters =
          HpkeParameters.builder()
              .setKemId(HpkeParameters.KemId.DHKEM_X25519_HKDF_SHA256)
              .setKdfId(HpkeParameters.KdfId.HKDF_SHA256)
              .setAeadId(HpkeParameters.AeadId.AES_256_GCM)
              .setVariant(HpkeParameters.Variant.TINK)
              .build();
      return TinkJsonProtoKeysetFormat.serializeKeyset(
              KeysetHandle.generateNew(parameters, HYBRID), HYBRID, InsecureSecretKeyAccess.get())
          .getBytes(StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot make a key", e);
    }
  }

  private static KeysetHandle parsePrivate(byte[] keyset) throws GeneralSecurityException {
    return TinkJsonProtoKeysetFormat.parseKeyset(
        new String(keyset, StandardCharsets.UTF_8), HYBRID, InsecureSecretKeyAccess.get());
  }

  private static PrivateDirectory privateDirectory(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("Not a file in a directory: " + file);
    }
    return PrivateDirectory.open(parent);
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static IllegalStateException damaged(Path file, GeneralSecurityException e) {
    return new IllegalStateException("The keyset in " + file + " is damaged", e);
  }
}
