package io.penstock.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.penstock.model.Json;
import io.penstock.trail.NoteKey;
import io.penstock.trail.SignedNote;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import tools.jackson.databind.JsonNode;

/** A listener plays KMS: it signs what it is asked to sign, as KMS's documentation says. */
class KmsNoteSignerTest {
  private static final String KEY = "arn:aws:kms:eu-central-1:1:key/7";

  @SuppressWarnings("NullAway.Init") // set before each test
  private HttpServer listener;

  @SuppressWarnings("NullAway.Init") // set before each test
  private KeyPair pair;

  @BeforeEach
  void listen() throws Exception {
    pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listener.createContext(
        "/",
        call -> {
          JsonNode asked = Json.mapper().readTree(call.getRequestBody().readAllBytes());
          String target = String.valueOf(call.getRequestHeaders().getFirst("X-Amz-Target"));
          byte[] body = Json.write(answer(target, asked)).getBytes(StandardCharsets.UTF_8);
          call.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
          call.sendResponseHeaders(200, body.length);
          call.getResponseBody().write(body);
          call.close();
        });
    listener.start();
  }

  @AfterEach
  void stop() {
    listener.stop(0);
  }

  @Test
  void checkpointIsSignedByAKeyThatNeverLeavesKms() {
    try (KmsClient kms =
        KmsClient.builder()
            .region(Region.EU_CENTRAL_1)
            .endpointOverride(URI.create("http://127.0.0.1:" + listener.getAddress().getPort()))
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
            .build()) {
      KmsNoteSigner signer = KmsNoteSigner.open(kms, KEY, "example.com/audit");

      SignedNote note = SignedNote.sign("a text\n", List.of(signer));

      NoteKey key = NoteKey.ofX509("example.com/audit", pair.getPublic().getEncoded());
      assertThat(signer.key()).isEqualTo(key);
      assertThat(note.verifiedBy(List.of(key))).containsExactly(key);
    }
  }

  private Map<String, String> answer(String target, JsonNode asked) throws IOException {
    assertThat(asked.path("KeyId").asString()).isEqualTo(KEY);
    return switch (target) {
      case "TrentService.GetPublicKey" ->
          Map.of(
              "KeyId",
              KEY,
              "KeySpec",
              "ECC_NIST_EDWARDS25519",
              "PublicKey",
              Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
      case "TrentService.Sign" -> sign(asked);
      default -> throw new IOException("Not asked for here: " + target);
    };
  }

  private Map<String, String> sign(JsonNode asked) throws IOException {
    assertThat(asked.path("MessageType").asString()).isEqualTo("RAW");
    assertThat(asked.path("SigningAlgorithm").asString()).isEqualTo("ED25519_SHA_512");
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initSign(pair.getPrivate());
      ed25519.update(Base64.getDecoder().decode(asked.path("Message").asString()));
      return Map.of("KeyId", KEY, "Signature", Base64.getEncoder().encodeToString(ed25519.sign()));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
