package io.penstock.quickstart;

import io.penstock.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Calls the Manage API on the loopback listener. */
final class ManageClient {
  private final URI base;
  private final String token;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  ManageClient(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  /** The API said no. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(int status, JsonNode body) {
      super(
          "%s (HTTP %d, exceptionId %s)"
              .formatted(
                  body.path("error").asString("refused"),
                  status,
                  body.path("exceptionId").asString("none")));
    }
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return call("GET", path, null);
  }

  JsonNode post(String path, Map<String, ?> body) throws IOException, InterruptedException {
    return call("POST", path, body);
  }

  JsonNode put(String path, Map<String, ?> body) throws IOException, InterruptedException {
    return call("PUT", path, body);
  }

  /** The answer has no body. */
  void delete(String path) throws IOException, InterruptedException {
    call("DELETE", path, null);
  }

  private JsonNode call(String method, String path, @Nullable Map<String, ?> body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/manage/" + path))
            .header("X-KBC-ManageApiToken", token)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(Json.write(body)))
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    JsonNode answer =
        response.body().isEmpty()
            ? MissingNode.getInstance()
            : Json.mapper().readTree(response.body());
    if (response.statusCode() >= 300) {
      throw new Refused(response.statusCode(), answer);
    }
    return answer;
  }
}
