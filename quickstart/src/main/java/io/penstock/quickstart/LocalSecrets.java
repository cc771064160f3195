package io.penstock.quickstart;

import io.penstock.trail.KeyFile;
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

  /**
   * The file {@code name.pem} with a private Ed25519 key; {@code name.pub} beside it has the public
   * half, as those who verify take it.
   */
  Path signingKey(String name, String keyName) throws IOException {
    Path file = home.folder("secrets").resolve(name + ".pem");
    Optional<String> known = home.read(file);
    String pem = known.isPresent() ? known.get() : KeyFile.generate();
    if (known.isEmpty()) {
      home.write(file, pem);
    }
    home.write(
        home.folder("secrets").resolve(name + ".pub"),
        KeyFile.signer(keyName, pem).key().text() + "\n");
    return file;
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
