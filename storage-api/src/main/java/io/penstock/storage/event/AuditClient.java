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
class AuditClient {
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

  private interface Exchange {
    Optional<byte[]> run();
  }

  private static Optional<byte[]> call(Exchange exchange) {
    try {
      return Objects.requireNonNull(exchange.run());
    } catch (RestClientException e) {
      throw unavailable(e);
    }
  }

  /** The body; empty where there is no such record. */
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
    if (!status.is2xxSuccessful()) {
      throw unavailable(new IllegalStateException("audit-service answered " + status.value()));
    }
    return Optional.of(body);
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
        ErrorCode.UNAVAILABLE, "Events cannot be searched right now; try again", cause);
  }
}
