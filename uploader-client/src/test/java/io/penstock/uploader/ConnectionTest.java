package io.penstock.uploader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
  private static final String PASSWORD = "only-in-this-test";

  @TempDir private static Path folder = Path.of("");

  @Test
  void certificateOfUnknownAuthorityIsWrongConfigurationAtOnce() throws Exception {
    try (PlayedServer server = overTls();
        UploaderClient client =
            UploaderClient.builder(server.uri()).token(PlayedServer.TOKEN).build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.get("events"))
          .withMessageContaining("is not trusted");
      assertThat(server.seen).isEmpty();
    }
  }

  @Test
  void givenAuthorityIsTrustedForTheApiAndForTheObjectStore() throws Exception {
    Path file = Files.writeString(folder.resolve("users.csv"), "id\n1\n");
    try (PlayedServer server = overTls();
        UploaderClient client =
            UploaderClient.builder(server.uri())
                .token(PlayedServer.TOKEN)
                .objectStore(server.uri())
                .certificateAuthority(folder.resolve("ca.pem"))
                .build()) {
      server.api.addBucket("in.c-main");

      UploadResult result = client.upload(file, UploadRequest.into("in.c-main.users"));

      assertThat(result.rows()).isEqualTo(1);
      assertThat(server.seen("PUT /kbc-files/")).hasSize(1);
    }
  }

  @Test
  void fileWithoutCertificatesIsWrongConfiguration() throws Exception {
    Path file = Files.writeString(folder.resolve("no.pem"), "hello");

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                UploaderClient.builder(URI.create("https://localhost"))
                    .token("1-2-abc")
                    .certificateAuthority(file)
                    .build())
        .withMessageContaining("cannot read certificates");
  }

  @Test
  void nothingIsSentInClearToAnotherMachine() {
    for (String address : List.of("http://192.0.2.1", "ftp://localhost", "localhost:8443", "")) {
      assertThatIllegalArgumentException()
          .describedAs(address)
          .isThrownBy(() -> UploaderClient.builder(URI.create(address)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                UploaderClient.builder(URI.create("https://localhost"))
                    .objectStore(URI.create("http://192.0.2.1")));
  }

  @Test
  void addressMayEndInTheApisPath() {
    for (String end : List.of("", "/", "/v2/storage", "/v2/storage/")) {
      assertThat(UploaderClient.builder(URI.create("https://localhost" + end))).isNotNull();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UploaderClient.builder(URI.create("https://localhost/admin")));
  }

  @Test
  void tokenWithLineBreakOrWithoutContentIsWrongInput() {
    for (String token : List.of("", " ", "a\nX-Other: b", "é")) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> UploaderClient.builder(URI.create("https://localhost")).token(token).build());
    }
  }

  @Test
  void unknownTokenIsRefusedAndNotRepeatedInTheMessage(@TempDir Path objects) {
    try (var server = new PlayedServer(objects);
        var client = UploaderClient.builder(server.uri()).token("12-1-unknown").build()) {
      assertThatExceptionOfType(UploadRefusedException.class)
          .isThrownBy(() -> client.get("events"))
          .withMessage("Invalid access token");
    }
  }

  @Test
  void answerIsGivenAsItIsToWhoeverAsksForIt(@TempDir Path objects) throws Exception {
    try (var server = new PlayedServer(objects);
        var client = UploaderClient.builder(server.uri()).token("12-1-unknown").build()) {
      Answer answer = client.exchange("GET", "/v2/storage/events", null);

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.json().path("code").asString()).isEqualTo("storage.tokenInvalid");
      assertThat(answer.toString()).doesNotContain("Invalid");
    }
  }

  private static PlayedServer overTls() throws IOException, GeneralSecurityException {
    Path store = folder.resolve("server.p12");
    if (!Files.exists(store)) {
      keytool(
          "-genkeypair",
          "-alias",
          "server",
          "-keyalg",
          "EC",
          "-groupname",
          "secp256r1",
          "-dname",
          "CN=played",
          "-ext",
          "SAN=ip:127.0.0.1",
          "-validity",
          "2");
      keytool(
          "-exportcert", "-alias", "server", "-rfc", "-file", folder.resolve("ca.pem").toString());
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(PlayedServer.anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new PlayedServer(server, "https", folder);
  }

  private static void keytool(String... arguments) throws IOException {
    Stream<String> command =
        Stream.of(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()),
                Stream.of(arguments),
                Stream.of(
                    "-keystore", folder.resolve("server.p12").toString(), "-storepass", PASSWORD))
            .flatMap(part -> part);
    Process process =
        new ProcessBuilder(command.toList())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.txt").toFile())
            .start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(Files.readString(folder.resolve("keytool.txt")));
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
    }
  }
}
