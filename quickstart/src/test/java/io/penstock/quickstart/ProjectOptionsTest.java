package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What {@code penstock admin project} asks the Manage API for. */
class ProjectOptionsTest {
  private final List<String> calls = new CopyOnWriteArrayList<>();

  @SuppressWarnings("NullAway.Init") // set before each test
  private HttpServer api;

  @BeforeEach
  void listen() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/manage/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          calls.add(
              "%s %s %s"
                  .formatted(exchange.getRequestMethod(), exchange.getRequestURI(), body)
                  .strip());
          boolean deletes = exchange.getRequestMethod().equals("DELETE");
          byte[] answer = "{\"id\":7}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(deletes ? 204 : 200, deletes ? -1 : answer.length);
          if (!deletes) {
            exchange.getResponseBody().write(answer);
          }
          exchange.close();
        });
    api.start();
  }

  @AfterEach
  void close() {
    api.stop(0);
  }

  private void apply(String... arguments) throws IOException, InterruptedException {
    ProjectOptions options = CommandLine.populateCommand(new ProjectOptions(), arguments);
    ManageClient client =
        new ManageClient(
            URI.create("http://127.0.0.1:" + api.getAddress().getPort()), "1-manage-token");
    assertThat(options.apply(client, "projects/7").path("id").asInt()).isEqualTo(7);
  }

  @Test
  void withoutOptionsItOnlyShows() throws Exception {
    apply();

    assertThat(calls).containsExactly("GET /manage/projects/7");
  }

  @Test
  void everythingThatIsGivenIsChangedAndThenShown() throws Exception {
    apply(
        "--name=Sales",
        "--backend-label=redshift",
        "--expiration-days=-1",
        "--jobs-parallelism=3",
        "--add-feature=a",
        "--add-feature=b",
        "--remove-feature=c d",
        "--disable=Unpaid");

    assertThat(calls)
        .hasSize(7)
        .contains(
            "PUT /manage/projects/7"
                + " {\"name\":\"Sales\",\"defaultBackend\":\"redshift\",\"expirationDays\":-1}",
            "POST /manage/projects/7/features {\"feature\":\"a\"}",
            "POST /manage/projects/7/features {\"feature\":\"b\"}",
            "DELETE /manage/projects/7/features/c%20d")
        .endsWith("GET /manage/projects/7");
    assertThat(calls.get(1))
        .startsWith("POST /manage/projects/7/limits")
        .contains("\"storage.jobsParallelism\"", "3");
    assertThat(calls.get(5))
        .startsWith("POST /manage/projects/7/disabled")
        .contains("\"isDisabled\":true", "\"Unpaid\"");
  }

  @Test
  void disabledProjectIsPutBackIntoService() throws Exception {
    apply("--enable");

    assertThat(calls)
        .containsExactly(
            "POST /manage/projects/7/disabled {\"isDisabled\":false}", "GET /manage/projects/7");
  }
}
