package io.penstock.storage.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The installation's token keys by version. From each master secret one key per purpose is derived
 * with HKDF-SHA256 (RFC 5869). The highest version seals; all of them open, so that keys can be
 * changed without revoking every token.
 */
public final class TokenKeys {
  private static final int MIN_BYTES = 32;

  /** One version's keys. */
  record Version(int number, SecretKey blowfish, SecretKey mac) {}

  private final TreeMap<Integer, Version> versions;

  /**
   * @param masters secrets of at least 32 bytes by version, 1 to 255
   */
  public TokenKeys(Map<Integer, byte[]> masters) {
    if (masters.isEmpty()) {
      throw new IllegalArgumentException("At least one token key is needed");
    }
    this.versions =
        masters.entrySet().stream()
            .map(entry -> derive(entry.getKey(), entry.getValue()))
            .collect(Collectors.toMap(Version::number, v -> v, (a, _) -> a, TreeMap::new));
  }

  Version current() {
    return versions.lastEntry().getValue();
  }

  /** The version, or the current one where it is unknown: then the tag will not match. */
  Version of(int number) {
    return versions.getOrDefault(number, current());
  }

  private static Version derive(int number, byte[] master) {
    if (number < 1 || number > 255 || master.length < MIN_BYTES) {
      throw new IllegalArgumentException(
          "Token key %d: a version from 1 to 255 and at least %d bytes are needed"
              .formatted(number, MIN_BYTES));
    }
    return new Version(
        number,
        expand(master, "penstock token blowfish", 16, "Blowfish"),
        expand(master, "penstock token tag", 32, "HmacSHA256"));
  }

  private static SecretKey expand(byte[] master, String purpose, int length, String algorithm) {
    try {
      byte[] key =
          KDF.getInstance("HKDF-SHA256")
              .deriveData(
                  HKDFParameterSpec.ofExtract()
                      .addIKM(master)
                      .thenExpand(purpose.getBytes(StandardCharsets.UTF_8), length));
      return new SecretKeySpec(key, algorithm);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no HKDF-SHA256", e);
    }
  }
}
