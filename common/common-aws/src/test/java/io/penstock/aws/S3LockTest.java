package io.penstock.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.penstock.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** What S3 is asked for when an object is written for good; a listener plays S3. */
class S3LockTest {
  private final List<Headers> asked = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // set before each test
  private HttpServer listener;

  @BeforeEach
  void listen() throws IOException {
    listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listener.createContext(
        "/",
        call -> {
          byte[] _ = call.getRequestBody().readAllBytes();
          asked.add(call.getRequestHeaders());
          call.sendResponseHeaders(200, -1);
          call.close();
        });
    listener.start();
  }

  @AfterEach
  void stop() {
    listener.stop(0);
  }

  @Test
  void objectIsLockedInComplianceModeUntilTheTime() {
    put(false);

    Headers headers = asked.getFirst();
    assertThat(headers.getFirst("x-amz-object-lock-mode")).isEqualTo("COMPLIANCE");
    assertThat(headers.getFirst("x-amz-object-lock-retain-until-date"))
        .startsWith("2040-01-01T00:00:00");
    assertThat(headers.getFirst("If-None-Match")).isEqualTo("*");
    assertThat(headers.keySet())
        .as("S3 wants a checksum with a lock")
        .anyMatch(
            name ->
                name.toLowerCase(Locale.ROOT).startsWith("x-amz-checksum-")
                    || name.equalsIgnoreCase("x-amz-trailer"));
  }

  @Test
  void embeddedStoreLocksByItself() {
    put(true);

    assertThat(asked.getFirst().keySet())
        .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("lock"));
    assertThat(asked.getFirst().getFirst("If-None-Match")).isEqualTo("*");
  }

  private void put(boolean sealsEverything) {
    URI endpoint = URI.create("http://127.0.0.1:" + listener.getAddress().getPort());
    AwsSettings settings =
        new AwsSettings("eu-central-1", endpoint, null, "key", Secret.of("secret"));
    try (S3Client s3 = settings.s3();
        S3Presigner presigner = settings.presigner()) {
      boolean written =
          new S3ObjectStore(s3, presigner, sealsEverything)
              .putLocked(
                  "trail", "a", new byte[7], "text/plain", Instant.parse("2040-01-01T00:00:00Z"));
      assertThat(written).isTrue();
    }
  }
}
