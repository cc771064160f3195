package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Calls as a client of the contract makes them, by one token. */
record Client(String address, String token, long tokenId, Map<String, String> headers) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  Client(String address, String token, long tokenId) {
    this(address, token, tokenId, Map.of());
  }

  /** The same client in a run. */
  Client inRun(String id) {
    return new Client(address, token, tokenId, Map.of("X-KBC-RunId", id));
  }

  /** An answer as it came. */
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    String body() {
      return response.body();
    }

    JsonNode json() {
      return Json.mapper().readTree(body());
    }

    /** Checks the status, and the content type that clients compare letter by letter. */
    JsonNode json(int expected) {
      assertThat(status()).as(body()).isEqualTo(expected);
      assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
      return json();
    }

    void assertRefused(int expected, String code) {
      JsonNode envelope = json(expected);
      assertThat(envelope.path("code").isString()).as("no number, which Go cannot read").isTrue();
      assertThat(envelope.path("code").asString()).isEqualTo(code);
      assertThat(envelope.path("message")).as("what R shows").isEqualTo(envelope.path("error"));
      assertThat(envelope.path("exceptionId").asString()).isNotEmpty();
    }
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  /** An answer whose body is read by whoever asked, or never. */
  HttpResponse<InputStream> open(String path) {
    try {
      return HTTP.send(request(path).GET().build(), BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A page of the gateway outside of the Storage API. */
  Answer page(String path) {
    return send(HttpRequest.newBuilder(URI.create(address + path)).timeout(Duration.ofSeconds(40)));
  }

  /** Status of {@code /health/…}. */
  int health(String what) {
    return send(HttpRequest.newBuilder(URI.create(address + "/health/" + what))
            .timeout(Duration.ofSeconds(40)))
        .status();
  }

  Answer delete(String path) {
    return send(request(path).DELETE());
  }

  /** As old clients cannot and newer ones do: a DELETE with a body. */
  Answer delete(String path, String contentType, String body) {
    return send(
        request(path)
            .header("Content-Type", contentType)
            .method("DELETE", BodyPublishers.ofString(body)));
  }

  Answer post(String path, Map<String, ?> body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(Json.write(body))));
  }

  Answer put(String path, Map<String, ?> body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(Json.write(body))));
  }

  /** A body as PHP sends it, such as {@code a[0][key]=x}. */
  Answer postForm(String path, String fields) {
    return post(path, "application/x-www-form-urlencoded", fields.getBytes(StandardCharsets.UTF_8));
  }

  Answer post(String path, String contentType, byte[] body) {
    return send(
        request(path).header("Content-Type", contentType).POST(BodyPublishers.ofByteArray(body)));
  }

  /** A body as Python sends it on updates, such as {@code a=1&a=2}. */
  Answer putForm(String path, String fields) {
    return send(
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .PUT(BodyPublishers.ofString(fields)));
  }

  /** A call of the Manage API; {@code body} null: without one. */
  Answer manage(String manageToken, String method, String path, @Nullable Map<String, ?> body) {
    return send(
        HttpRequest.newBuilder(URI.create(address + "/manage/" + path))
            .timeout(Duration.ofSeconds(40))
            .header("X-KBC-ManageApiToken", manageToken)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(Json.write(body))));
  }

  /** The same token at another node. */
  Client at(String other) {
    return new Client(other, token, tokenId, headers);
  }

  /** Any method; a body only where it is a POST or PUT. */
  Answer call(String method, String path, Map<String, ?> body) {
    boolean bodied = method.equals("POST") || method.equals("PUT");
    HttpRequest.Builder request = request(path);
    if (bodied) {
      request.header("Content-Type", "application/json");
    }
    return send(
        request.method(
            method, bodied ? BodyPublishers.ofString(Json.write(body)) : BodyPublishers.noBody()));
  }

  /** The same client with another token; empty: with none. */
  Client with(String text) {
    return new Client(address, text, 0);
  }

  /** The same client, whose calls carry an idempotency key. */
  Client under(String key) {
    return new Client(address, token, tokenId, Map.of("Idempotency-Key", key));
  }

  /** The same client, who has an answer already. */
  Client having(String entityTag) {
    Map<String, String> more = new HashMap<>(headers);
    more.put("If-None-Match", entityTag);
    return new Client(address, token, tokenId, more);
  }

  String newBucket() {
    return post("buckets", Map.of("name", Gateway.unique("b"))).json(201).path("id").asString();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(address + (path.startsWith("v2/") ? "/" : "/v2/storage/") + path))
            .timeout(Duration.ofSeconds(40));
    headers.forEach(request::header);
    return token.isEmpty() ? request : request.header("X-StorageApi-Token", token);
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      return new Answer(HTTP.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
