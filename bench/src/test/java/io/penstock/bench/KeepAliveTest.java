package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
  private static final String BODY = "x".repeat(50_000);

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/chunked", 200, 0);
    answer("/sized", 200, BODY.length());
    answer("/broken", 503, BODY.length());
    answer("/ending", 200, BODY.length());
    server.start();
  }

  private void answer(String path, int status, long length) {
    server.createContext(
        path,
        exchange -> {
          if (path.equals("/ending")) {
            exchange.getResponseHeaders().set("Connection", "close");
          }
          exchange.sendResponseHeaders(status, length);
          try (var out = exchange.getResponseBody()) {
            out.write(BODY.getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private URI address(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  @Test
  void readsAnswersOfEitherFramingOverTheSameConnection() throws IOException {
    for (String path : List.of("/chunked", "/sized")) {
      try (KeepAlive connection = new KeepAlive(address(path), "t")) {
        for (int i = 0; i < 3; i++) {
          KeepAlive.Answer answer = connection.call();
          assertThat(answer.status()).isEqualTo(200);
          assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(BODY);
        }
      }
    }
  }

  @Test
  void goesOnOverANewConnectionWhenTheServerEndsTheOld() throws IOException {
    try (KeepAlive connection = new KeepAlive(address("/ending"), "")) {
      for (int i = 0; i < 3; i++) {
        assertThat(connection.call().body()).hasSize(BODY.length());
      }
    }
  }

  @Test
  void anAnswerThatIsNotRightEndsTheRound() {
    for (CallRound.Target wrong :
        List.of(
            new CallRound.Target(address("/broken"), "", _ -> true),
            new CallRound.Target(address("/sized"), "", _ -> false))) {
      assertThatThrownBy(() -> CallRound.run(wrong, 2, Duration.ofSeconds(1)))
          .hasCauseInstanceOf(Expected.VerificationFailure.class);
    }
  }

  @Test
  void figuresOfARound() {
    List<Double> millis = IntStream.rangeClosed(1, 200).mapToObj(i -> (double) i).toList();

    assertThat(CallRound.of(millis, 4)).isEqualTo(new CallRound(200, 4, 50, 100, 198));
  }
}
