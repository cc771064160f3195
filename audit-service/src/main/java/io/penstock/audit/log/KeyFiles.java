package io.penstock.audit.log;

import io.penstock.trail.KeyFile;
import io.penstock.trail.NoteSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Signing keys in files that only their owner can read. */
public final class KeyFiles {
  private static final Set<PosixFilePermission> OWNERS =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private KeyFiles() {}

  /**
   * @param name the key's in checkpoints
   * @throws IllegalArgumentException when others can read the file, or it holds no key
   */
  public static NoteSigner open(String name, Path file) {
    try {
      if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
        throw new IllegalArgumentException(
            "Others can use the signing key " + file + ": set its mode to 0600");
      }
      return KeyFile.signer(name, Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The signing key "
              + file
              + " of penstock.audit.signing-keys cannot be read; make one with: "
              + "openssl genpkey -algorithm ed25519",
          e);
    }
  }
}
