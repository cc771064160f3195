package io.penstock.embedded.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.penstock.embedded.tls.LocalAuthority.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  @TempDir Path directory;

  @Test
  void javaAcceptsEveryLoopbackNameAndNoOther() throws Exception {
    var authority = LocalAuthority.open(directory);
    var server = authority.serverCertificate("storage-api");

    for (String name : List.of("localhost", "127.0.0.1", "::1")) {
      assertThat(greeting(server, authority.certificate(), name)).as(name).isEqualTo('P');
    }
    assertThatExceptionOfType(SSLHandshakeException.class)
        .isThrownBy(() -> greeting(server, authority.certificate(), "storage.example.org"));
  }

  @Test
  void givenNamesAreAcceptedToo() throws Exception {
    var names = List.of("Penstock.Example.org", "192.0.2.7", "localhost");
    var authority = LocalAuthority.open(directory, names, Clock.systemUTC());
    var server = authority.serverCertificate("storage-api");

    for (String name : List.of("penstock.example.org", "192.0.2.7", "localhost")) {
      assertThat(greeting(server, authority.certificate(), name)).as(name).isEqualTo('P');
    }
  }

  @Test
  void anotherAuthorityIsNotTrusted() throws Exception {
    var server = LocalAuthority.open(directory.resolve("one")).serverCertificate("storage-api");
    var other = LocalAuthority.open(directory.resolve("other"));

    assertThatExceptionOfType(SSLHandshakeException.class)
        .isThrownBy(() -> greeting(server, other.certificate(), "localhost"));
  }

  @Test
  void authorityMaySignServersOnlyForItsNames() throws Exception {
    var authority = read(LocalAuthority.open(directory).certificate()).getFirst();

    assertThat(authority.getBasicConstraints()).isZero();
    assertThat(authority.getKeyUsage())
        .containsExactly(false, false, false, false, false, true, true, false, false);
    assertThat(authority.getCriticalExtensionOIDs())
        .contains("2.5.29.30", "2.5.29.19", "2.5.29.15");
    assertThat(
            Duration.between(
                authority.getNotBefore().toInstant(), authority.getNotAfter().toInstant()))
        .isBetween(Duration.ofDays(3650), Duration.ofDays(3654));
  }

  @Test
  void serverCertificateIsNoAuthority() throws Exception {
    var authority = LocalAuthority.open(directory, List.of(), at(NOW));
    var chain = read(authority.serverCertificate("storage-api").chain());

    assertThat(chain).hasSize(2);
    var server = chain.getFirst();
    assertThat(server.getBasicConstraints()).isEqualTo(-1);
    assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(server.getKeyUsage())
        .containsExactly(true, false, false, false, false, false, false, false, false);
    assertThat(
            Duration.between(server.getNotBefore().toInstant(), server.getNotAfter().toInstant()))
        .isEqualTo(Duration.ofDays(397));
    assertThat(server.getNonCriticalExtensionOIDs())
        .contains("2.5.29.14", "2.5.29.35", "2.5.29.17");
    assertThat(chain.getLast()).isEqualTo(read(authority.certificate()).getFirst());
  }

  @Test
  void certificateIsKeptUntilItIsNearItsEnd() throws Exception {
    var first =
        read(LocalAuthority.open(directory, List.of(), at(NOW)).serverCertificate("api").chain());

    var later = at(NOW.plus(Duration.ofDays(366)));
    var kept =
        read(LocalAuthority.open(directory, List.of(), later).serverCertificate("api").chain());
    var nearEnd = at(NOW.plus(Duration.ofDays(368)));
    var renewed =
        read(LocalAuthority.open(directory, List.of(), nearEnd).serverCertificate("api").chain());

    assertThat(kept).isEqualTo(first);
    assertThat(renewed.getFirst()).isNotEqualTo(first.getFirst());
    assertThat(renewed.getLast()).isEqualTo(first.getLast());
  }

  @Test
  void lostOrForeignKeyMakesANewCertificate() throws Exception {
    var authority = LocalAuthority.open(directory);
    var api = authority.serverCertificate("api");
    var other = authority.serverCertificate("other");

    Files.copy(other.privateKey(), api.privateKey(), StandardCopyOption.REPLACE_EXISTING);
    var again = authority.serverCertificate("api");

    assertThat(greeting(again, authority.certificate(), "localhost")).isEqualTo('P');
  }

  @Test
  void authorityForOtherNamesIsNotReplacedInSilence() {
    LocalAuthority.open(directory);

    assertThatIllegalStateException()
        .isThrownBy(() -> LocalAuthority.open(directory, List.of("example.org"), Clock.systemUTC()))
        .withMessageContaining("other host names")
        .withMessageContaining("ca-key.pem");
  }

  @Test
  void onlyCertificatesMayBeReadByAll() throws Exception {
    var authority = LocalAuthority.open(directory.resolve("tls"));
    var server = authority.serverCertificate("storage-api");

    assertThat(mode(authority.certificate())).isEqualTo("rw-r--r--");
    assertThat(mode(server.chain())).isEqualTo("rw-r--r--");
    assertThat(mode(server.privateKey())).isEqualTo("rw-------");
    assertThat(mode(directory.resolve("tls/ca-key.pem"))).isEqualTo("rw-------");
  }

  @Test
  void namesThatAreNoneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalAuthority.open(directory, List.of("a b"), Clock.systemUTC()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalAuthority.open(directory).serverCertificate("../api"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalAuthority.open(directory).serverCertificate("ca"));
  }

  /**
   * A TLS handshake in which the client asks for {@code name} and checks it; the byte that the
   * server then sends.
   */
  private static int greeting(ServerCertificate server, Path authority, String name)
      throws Exception {
    var context = serverContext(server);
    try (var executor = Executors.newSingleThreadExecutor();
        var listener =
            (SSLServerSocket)
                context
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var served =
          executor.submit(
              () -> {
                try (var accepted = listener.accept()) {
                  accepted.getOutputStream().write('P');
                } catch (IOException e) {
                  return; // a client that refuses the certificate breaks off
                }
              });
      try (var plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), listener.getLocalPort());
          var client =
              (SSLSocket)
                  clientContext(authority)
                      .getSocketFactory()
                      .createSocket(plain, name, listener.getLocalPort(), true)) {
        client.setSoTimeout(10_000);
        var parameters = client.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        client.setSSLParameters(parameters);
        return client.getInputStream().read();
      } finally {
        served.get(10, TimeUnit.SECONDS);
      }
    }
  }

  private static SSLContext serverContext(ServerCertificate server) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server",
        Pem.privateKey(Files.readAllBytes(server.privateKey())),
        new char[0],
        read(server.chain()).toArray(Certificate[]::new));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static SSLContext clientContext(Path authority) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("authority", read(authority).getFirst());
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static List<X509Certificate> read(Path chain) throws Exception {
    try (var stream = Files.newInputStream(chain)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(stream).stream()
          .map(X509Certificate.class::cast)
          .toList();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static Clock at(Instant time) {
    return Clock.fixed(time, ZoneOffset.UTC);
  }
}
