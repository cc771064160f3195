package io.penstock.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.penstock.embedded.tls.LocalAuthority;
import io.penstock.embedded.tls.LocalAuthority.ServerCertificate;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class UrlSourceTest {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // set before the first test
  static HttpsServer server;

  @SuppressWarnings("NullAway.Init") // set before the first test
  static SSLSocketFactory trusting;

  static String host = "";

  @BeforeAll
  static void serve() throws IOException, GeneralSecurityException {
    LocalAuthority authority = LocalAuthority.open(directory);
    ServerCertificate certificate = authority.serverCertificate("files");
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.setHttpsConfigurator(new HttpsConfigurator(identity(certificate)));
    host = "localhost:" + server.getAddress().getPort();
    server.createContext("/", UrlSourceTest::answer);
    server.start();
    trusting = trust(authority).getSocketFactory();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  private static void answer(HttpExchange call) throws IOException {
    String path = call.getRequestURI().getPath();
    switch (path) {
      case "/here" -> redirect(call, "/data/users.csv.gz");
      case "/elsewhere" -> redirect(call, "https://example.org/users.csv");
      case "/plain" -> redirect(call, "http://" + host + "/data/users.csv");
      case "/round" -> redirect(call, "/round");
      case "/missing" -> call.sendResponseHeaders(404, -1);
      case "/short" -> {
        call.sendResponseHeaders(200, 1000);
        call.getResponseBody().write("id\n".getBytes(StandardCharsets.UTF_8));
        call.getResponseBody().flush();
      }
      case "/slow" -> {
        call.sendResponseHeaders(200, 0);
        try {
          while (true) {
            call.getResponseBody().write('x');
            call.getResponseBody().flush();
          }
        } catch (IOException e) {
          // The reader has gone, as it should.
        }
      }
      default -> {
        call.sendResponseHeaders(200, 0);
        call.getResponseBody().write("id\n1\n".getBytes(StandardCharsets.UTF_8));
      }
    }
    call.close();
  }

  private static void redirect(HttpExchange call, String where) throws IOException {
    call.getResponseHeaders().add("Location", where);
    call.sendResponseHeaders(302, -1);
  }

  private static UrlSource source(boolean privateAddresses, String... hosts) {
    return new UrlSource(
        new LoadProperties(
            DataSize.ofMegabytes(1),
            List.of(hosts),
            privateAddresses,
            DataSize.ofMegabytes(1),
            Duration.ofSeconds(1)),
        trusting);
  }

  private static String fetched(String path) throws IOException {
    try (UrlSource.Fetched fetched = source(true, host).open("https://" + host + path);
        InputStream body = fetched.body()) {
      return fetched.fileName() + ":" + new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void listedHostIsFetchedUnderTheNameOfItsFile() throws IOException {
    assertThat(fetched("/data/users.csv?sig=x")).isEqualTo("users.csv:id\n1\n");
    assertThat(fetched("/data/")).isEqualTo("data.csv:id\n1\n");
    assertThat(fetched("/here")).isEqualTo("users.csv.gz:id\n1\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/elsewhere", "/plain", "/round", "/missing", "/short", "/slow"})
  void whatLeadsAwayBreaksOffOrNeverEndsIsRefused(String path) {
    assertRefused(() -> fetched(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost/a",
        "ftp://localhost/a",
        "file:///etc/passwd",
        "https:///a",
        "https://u:p@localhost/a",
        "https://localhost.example.org/a",
        "https://localhost:1/a",
        "https://[::1]/a",
        "x",
        "https://a b/",
        "jar:https://localhost!/"
      })
  void whatIsNotListedIsRefused(String url) {
    assertRefused(() -> source(true, "localhost").open(url).close());
    assertRefused(() -> source(true).open(url).close());
  }

  @Test
  void listedHostWithAPrivateAddressIsRefused() {
    assertRefused(() -> source(false, host).open("https://" + host + "/data/a.csv").close());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001::1"
      })
  void privateAddressesAreKnown(String address) throws IOException {
    assertThat(PublicSockets.isPublic(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "100.128.0.1", "198.20.0.1", "2606:4700::1111", "2001:db9::1"})
  void publicAddressesAreKnown(String address) throws IOException {
    assertThat(PublicSockets.isPublic(InetAddress.getByName(address))).isTrue();
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.URL_FETCH));
  }

  private static SSLContext identity(ServerCertificate certificate)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    keys.setKeyEntry("key", key(certificate.privateKey()), new char[0], chain(certificate.chain()));
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static SSLContext trust(LocalAuthority authority)
      throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", chain(authority.certificate())[0]);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .toArray(Certificate[]::new);
    }
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    String pem = Files.readString(file).replaceAll("-----[^-]*-----", "").replaceAll("\\s", "");
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
    try {
      return KeyFactory.getInstance("EC").generatePrivate(spec);
    } catch (GeneralSecurityException e) {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    }
  }
}
