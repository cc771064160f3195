package io.penstock.storage.event;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks audit-service. It being away is the caller's 503. Thread-safe. */
@Component
public class AuditClient {
  /** Where the next part begins, of an answer that is one of several. */
  private static final String NEXT = "X-Penstock-Next";

  private final RestClient http;
  private final URI url;

  AuditClient(AuditProperties properties, SslBundles bundles) {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(properties.connectTimeout());
    if (properties.sslBundle() != null && !properties.sslBundle().isEmpty()) {
      client.sslContext(bundles.getBundle(properties.sslBundle()).createSslContext());
    }
    var requests = new JdkClientHttpRequestFactory(client.build());
    requests.setReadTimeout(properties.readTimeout());
    this.url = properties.url();
    this.http =
        RestClient.builder()
            .requestFactory(requests)
            .defaultHeader("Authorization", "Bearer " + properties.credential().reveal())
            .build();
  }

  /**
   * A page of the project's records.
   *
   * @throws PlatformException {@code QUERY_SYNTAX} or {@code VALIDATION} where the query is at
   *     fault, {@code UNAVAILABLE} when audit-service is away
   */
  RecordQuery.Page search(RecordQuery query) {
    byte[] body =
        call(() ->
                http.post()
                    .uri(url.resolve("/internal/records/search"))
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(Json.write(query).getBytes(StandardCharsets.UTF_8))
                    .exchange((_, response) -> answer(response)))
            .orElseThrow(() -> unavailable(null));
    return read(body, RecordQuery.Page.class);
  }

  /** One of the project's records, by its UUID or number. */
  Optional<KeptRecord> find(long projectId, String idOrNumber) {
    URI address =
        url.resolve(
            "/internal/records/%s?projectId=%d"
                .formatted(URLEncoder.encode(idOrNumber, StandardCharsets.UTF_8), projectId));
    return call(() -> http.get().uri(address).exchange((_, response) -> answer(response)))
        .map(body -> read(body, KeptRecord.class));
  }

  /**
   * What audit-service answers a GET of this path with; empty where there is no such thing.
   *
   * @throws PlatformException {@code UNAVAILABLE}, with the words of audit-service where it has
   *     some
   */
  public Optional<byte[]> read(String path) {
    return call(
        () -> http.get().uri(url.resolve(path)).exchange((_, response) -> answer(response)));
  }

  /**
   * One of several parts of an answer.
   *
   * @param next where the next one begins; -1: this was the last
   */
  public record Part(byte[] body, long next) {}

  /** As {@link #read}, of what comes in parts. */
  public Optional<Part> readPart(String path) {
    return call(
        () ->
            http.get()
                .uri(url.resolve(path))
                .exchange(
                    (_, response) -> {
                      String next = response.getHeaders().getFirst(NEXT);
                      return answer(response)
                          .map(body -> new Part(body, next == null ? -1 : Long.parseLong(next)));
                    }));
  }

  private interface Exchange<T> {
    Optional<T> run();
  }

  private static <T> Optional<T> call(Exchange<T> exchange) {
    try {
      return Objects.requireNonNull(exchange.run());
    } catch (RestClientException e) {
      throw unavailable(e);
    }
  }

  /** The body; empty where there is no such thing. */
  private static Optional<byte[]> answer(
      RestClient.RequestHeadersSpec.ConvertibleClientHttpResponse response)
      throws java.io.IOException {
    HttpStatusCode status = response.getStatusCode();
    byte[] body = response.getBody().readAllBytes();
    if (status.value() == 404) {
      return Optional.empty();
    }
    if (status.value() == 400) {
      throw refused(body);
    }
    if (status.value() == 503) {
      throw later(body);
    }
    if (!status.is2xxSuccessful()) {
      throw unavailable(new IllegalStateException("audit-service answered " + status.value()));
    }
    return Optional.of(body);
  }

  private static PlatformException later(byte[] body) {
    String said = read(body, JsonNode.class).path("error").asString("");
    return said.isEmpty() ? unavailable(null) : new PlatformException(ErrorCode.UNAVAILABLE, said);
  }

  private static PlatformException refused(byte[] body) {
    JsonNode envelope = read(body, JsonNode.class);
    boolean syntax = envelope.path("code").asString("").equals(ErrorCode.QUERY_SYNTAX.wireCode());
    return new PlatformException(
        syntax ? ErrorCode.QUERY_SYNTAX : ErrorCode.VALIDATION,
        envelope.path("error").asString("The search was refused"));
  }

  private static <T> T read(byte[] body, Class<T> type) {
    try {
      return Json.mapper().readValue(body, type);
    } catch (JacksonException e) {
      throw unavailable(e);
    }
  }

  private static PlatformException unavailable(@org.jspecify.annotations.Nullable Throwable cause) {
    return new PlatformException(
        ErrorCode.UNAVAILABLE, "The audit trail cannot be read right now; try again", cause);
  }
}
