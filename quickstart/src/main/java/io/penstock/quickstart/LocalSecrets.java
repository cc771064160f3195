package io.penstock.quickstart;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** Random secrets of the installation, each in a file of its own (mode 0600), made on first use. */
final class LocalSecrets {
  private final Home home;
  private final SecureRandom random = new SecureRandom();

  LocalSecrets(Home home) {
    this.home = home;
  }

  /** URL-safe text of 32 random bytes. */
  String text(String name) throws IOException {
    return made(name, Base64.getUrlEncoder().withoutPadding());
  }

  /** Base64 of 32 random bytes. */
  String base64(String name) throws IOException {
    return made(name, Base64.getEncoder());
  }

  private String made(String name, Base64.Encoder encoder) throws IOException {
    Path file = home.folder("secrets").resolve(name);
    Optional<String> known = home.read(file);
    if (known.isPresent()) {
      return known.get();
    }
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String secret = encoder.encodeToString(bytes);
    home.write(file, secret);
    return secret;
  }
}
