package io.penstock.embedded.postgres;

import io.penstock.aws.keys.PrivateDirectory;
import io.penstock.model.job.RoleCredential;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A database role's password in a private file of its own, {@code {role}.password}: one line, 256
 * random bits.
 */
final class RoleFile {
  private static final SecureRandom RANDOM = new SecureRandom();

  private RoleFile() {}

  /** The role's log-in; the password is made when there is none yet. */
  static RoleCredential readOrCreate(PrivateDirectory directory, String role) {
    byte[] line = directory.readOrCreate(nameOf(role), RoleFile::newLine);
    return new RoleCredential(role, new String(line, StandardCharsets.US_ASCII).strip());
  }

  static String nameOf(String role) {
    return role + ".password";
  }

  private static byte[] newLine() {
    byte[] random = new byte[32];
    RANDOM.nextBytes(random);
    return (Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
