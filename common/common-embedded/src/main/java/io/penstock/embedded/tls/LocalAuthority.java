package io.penstock.embedded.tls;

import io.penstock.aws.keys.PrivateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A certificate authority in a directory: {@code ca.pem} (mode 0644), which clients are told to
 * trust, and {@code ca-key.pem} (0600). It lives ten years and is constrained to the names it was
 * made for: localhost and the loopback addresses, and those the caller adds. Thread-safe, also
 * between processes.
 */
public final class LocalAuthority {
  private static final String CERTIFICATE = "ca.pem";
  private static final String KEY = "ca-key.pem";

  /** A certificate that ends sooner is made anew: servers are restarted at least that often. */
  private static final Duration RENEW_BEFORE = Duration.ofDays(30);

  private final PrivateDirectory directory;
  private final HostNames names;
  private final Clock clock;
  private final X509Certificate certificate;
  private final PrivateKey key;

  /**
   * A server's files.
   *
   * @param chain PEM: its certificate, then the authority's
   * @param privateKey PEM: PKCS#8, not encrypted, mode 0600
   */
  public record ServerCertificate(Path chain, Path privateKey) {}

  private LocalAuthority(
      PrivateDirectory directory,
      HostNames names,
      Clock clock,
      KeyPair keys,
      X509Certificate certificate) {
    this.directory = directory;
    this.names = names;
    this.clock = clock;
    this.certificate = certificate;
    this.key = keys.getPrivate();
  }

  /**
   * As {@link #open(Path, Collection, Clock)}, for localhost and loopback addresses only, by the
   * system's clock.
   */
  public static LocalAuthority open(Path directory) {
    return open(directory, List.of(), Clock.systemUTC());
  }

  /**
   * Opens the authority; makes it where there is none.
   *
   * @param hostNames names and addresses of servers beside localhost, 127.0.0.1 and ::1
   * @throws IllegalArgumentException when one is neither a name nor an address
   * @throws IllegalStateException when the authority was made for other names, is about to end, or
   *     is damaged; the message says what to do
   */
  public static LocalAuthority open(Path directory, Collection<String> hostNames, Clock clock) {
    var folder = PrivateDirectory.open(directory);
    var names = HostNames.of(hostNames);
    return folder.exclusively(() -> openLocked(folder, names, clock));
  }

  private static LocalAuthority openLocked(PrivateDirectory folder, HostNames names, Clock clock) {
    Path file = folder.path(CERTIFICATE);
    try {
      var keyPem = folder.read(KEY);
      if (keyPem.isEmpty() || !Files.exists(file)) {
        var keys = CertificateForms.newKeys();
        var certificate = CertificateForms.authority(keys, names, clock.instant());
        folder.write(KEY, Pem.write(keys.getPrivate()));
        PrivateDirectory.writePublic(file, Pem.write(certificate));
        return new LocalAuthority(folder, names, clock, keys, certificate);
      }
      var certificate = Pem.certificate(Files.readAllBytes(file));
      var keys = new KeyPair(certificate.getPublicKey(), Pem.privateKey(keyPem.get()));
      if (!belongTogether(keys.getPrivate(), keys.getPublic())) {
        throw new GeneralSecurityException("The key is another certificate's");
      }
      if (!Arrays.equals(
          CertificateForms.constraintsOf(certificate), names.constraints().getEncoded())) {
        throw replace(file, "was made for other host names");
      }
      if (endsSoon(certificate, clock)) {
        throw replace(file, "ends on " + certificate.getNotAfter().toInstant());
      }
      return new LocalAuthority(folder, names, clock, keys, certificate);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "The authority in %s is damaged: bring it back from a backup".formatted(file), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** What clients are told to trust, such as by {@code curl --cacert}. */
  public Path certificate() {
    return directory.path(CERTIFICATE);
  }

  /**
   * The server's certificate for 397 days, under {@code {name}.pem} and {@code {name}-key.pem}; a
   * new one when there is none, or it ends within 30 days, has other names, or is another
   * authority's.
   *
   * @param name of the server: letters, digits and {@code -}
   */
  public ServerCertificate serverCertificate(String name) {
    if (!name.matches("[a-z0-9][a-z0-9-]{0,62}") || name.equals("ca")) {
      throw new IllegalArgumentException("Not a server's name: " + name);
    }
    return directory.exclusively(() -> issue(name));
  }

  private ServerCertificate issue(String name) {
    Path chain = directory.path(name + ".pem");
    String keyName = name + "-key.pem";
    try {
      if (!isGood(chain, directory.read(keyName))) {
        var keys = CertificateForms.newKeys();
        var server =
            CertificateForms.server(
                name, keys.getPublic(), names, clock.instant(), certificate, key);
        directory.write(keyName, Pem.write(keys.getPrivate()));
        PrivateDirectory.writePublic(chain, Pem.write(server, certificate));
      }
      return new ServerCertificate(chain, directory.path(keyName));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot make a certificate for " + name, e);
    }
  }

  private boolean isGood(Path chain, Optional<byte[]> keyPem) {
    if (keyPem.isEmpty() || !Files.exists(chain)) {
      return false;
    }
    try {
      var server = Pem.certificate(Files.readAllBytes(chain));
      server.verify(certificate.getPublicKey());
      return !endsSoon(server, clock)
          && belongTogether(Pem.privateKey(keyPem.get()), server.getPublicKey());
    } catch (GeneralSecurityException e) {
      return false; // damaged, or another authority's
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + chain, e);
    }
  }

  private static boolean endsSoon(X509Certificate certificate, Clock clock) {
    return certificate.getNotAfter().toInstant().minus(RENEW_BEFORE).isBefore(clock.instant());
  }

  private static boolean belongTogether(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    byte[] sample = {1, 2, 3};
    var signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key);
    signer.update(sample);
    byte[] signature = signer.sign();
    var verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(publicKey);
    verifier.update(sample);
    return verifier.verify(signature);
  }

  private static IllegalStateException replace(Path file, String why) {
    return new IllegalStateException(
        "The certificate authority %s %s: delete it and %s to get a new one, and have clients trust that"
            .formatted(file, why, KEY));
  }
}
