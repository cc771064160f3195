package io.penstock.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.penstock.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** What S3 is asked for when a customer's bucket is made; a listener plays S3. */
class S3BucketTest {
  /** By their query: the headers of the bucket's creation, the bodies of its settings. */
  private final Map<String, String> asked = new ConcurrentHashMap<>();

  @SuppressWarnings("NullAway.Init") // set before each test
  private HttpServer listener;

  @BeforeEach
  void listen() throws IOException {
    listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listener.createContext(
        "/",
        call -> {
          String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String query = String.valueOf(call.getRequestURI().getQuery());
          List<String> ownership = call.getRequestHeaders().get("x-amz-object-ownership");
          asked.put(query, query.equals("null") ? String.valueOf(ownership) : body);
          call.sendResponseHeaders(200, -1);
          call.close();
        });
    listener.start();
  }

  @AfterEach
  void stop() {
    listener.stop(0);
  }

  private void create(boolean sealsEverything) {
    URI endpoint = URI.create("http://127.0.0.1:" + listener.getAddress().getPort());
    AwsSettings settings =
        new AwsSettings("eu-central-1", endpoint, null, "key", Secret.of("secret"));
    try (S3Client s3 = settings.s3();
        S3Presigner presigner = settings.presigner()) {
      new S3ObjectStore(s3, presigner, sealsEverything).createBucket("acme");
    }
  }

  /** A bucket without ACLs refuses the canned one that clients send with every object. */
  @Test
  void bucketTakesAclsButNoPublicOnesAndEncrypts() {
    create(false);

    assertThat(asked).containsEntry("null", "[BucketOwnerPreferred]");
    assertThat(asked.get("publicAccessBlock"))
        .contains("<BlockPublicAcls>true<", "<IgnorePublicAcls>true<", "<BlockPublicPolicy>true<");
    assertThat(asked.get("encryption")).contains("<SSEAlgorithm>aws:kms<");
  }

  @Test
  void storeThatSealsEverythingIsAskedForNothingElse() {
    create(true);

    assertThat(asked).containsExactly(Map.entry("null", "null"));
  }
}
