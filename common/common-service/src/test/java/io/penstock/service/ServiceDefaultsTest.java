package io.penstock.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.model.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Two small services in one JVM, as in the quickstart. */
@ExtendWith(OutputCaptureExtension.class)
class ServiceDefaultsTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String HIDDEN = "Zq8vT2mN4bX7cL1kR9wY3sD6fG5hJ0pA";

  @Test
  void doorAnswersInTheContractsShapeAndNeverWithAStackTrace() throws Exception {
    try (var service = start("first-service")) {
      assertThat(get(service, "/health/live", null).statusCode()).isEqualTo(200);
      assertThat(get(service, "/health/ready", null).body()).isEqualTo("{\"status\":\"UP\"}");

      for (String path :
          List.of("/internal/hello", "/health", "/actuator", "/health/live/..;/x", "/", "/error")) {
        var refused = get(service, path, "Bearer wrong");
        assertThat(refused.statusCode()).as(path).isIn(400, 401);
      }
      var refused = get(service, "/internal/hello", null);
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(Json.mapper().readTree(refused.body()).propertyNames())
          .contains("error", "message", "code", "exceptionId", "status");

      assertThat(get(service, "/internal/hello", "Bearer " + SECRET).body()).isEqualTo("hello");
      assertThat(get(service, "/elsewhere", "Bearer " + SECRET).statusCode()).isEqualTo(404);
      var failed = get(service, "/internal/failure", "Bearer " + SECRET);
      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(failed.body()).doesNotContain("trace", "Exception", "inner detail");
    }
  }

  @Test
  void everyLineIsMaskedJsonWithItsServicesName(CapturedOutput output) throws Exception {
    try (var first = start("first-service")) {
      try (var second = start("second-service")) {
        get(first, "/internal/log", "Bearer " + SECRET);
        get(second, "/internal/log", "Bearer " + SECRET);
      }
      get(first, "/internal/failure", "Bearer " + SECRET);
    }

    var lines = output.getOut().lines().filter(line -> !line.isBlank()).toList();
    assertThat(lines).allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));
    assertThat(output.getAll()).doesNotContain(HIDDEN).doesNotContain(SECRET);
    assertThat(servicesOf(lines, "hello from")).containsExactly("first-service", "second-service");
    assertThat(servicesOf(lines, "Servlet.service() for servlet")).containsOnly("first-service");
    assertThat(lines)
        .anySatisfy(
            line -> assertThat(line).contains("password=******", "\"who\":\"12-44-******\""));
  }

  private static List<String> servicesOf(List<String> lines, String text) {
    return lines.stream()
        .map(line -> Json.mapper().readTree(line))
        .filter(line -> line.path("message").asString().contains(text))
        .map(line -> line.path("service").asString())
        .toList();
  }

  private static ConfigurableApplicationContext start(String name) {
    return new SpringApplicationBuilder(SmallService.class)
        .properties("spring.config.name=small-service")
        .run("--server.port=0", "--spring.application.name=" + name);
  }

  private static HttpResponse<String> get(
      ConfigurableApplicationContext service, String path, @Nullable String authorization)
      throws IOException, InterruptedException {
    String port = Objects.requireNonNull(service.getEnvironment().getProperty("local.server.port"));
    var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @EnableAutoConfiguration
  @Import(Greeter.class)
  static class SmallService {
    @Bean
    ServiceCredentialFilter door() {
      return new ServiceCredentialFilter(new ServiceCredential(Secret.of(SECRET)));
    }
  }

  @RestController
  static class Greeter {
    private static final Logger LOG = LoggerFactory.getLogger(Greeter.class);

    @GetMapping("/internal/hello")
    String hello() {
      return "hello";
    }

    @GetMapping("/internal/log")
    String log() {
      try (var _ = MDC.putCloseable("who", "12-44-" + HIDDEN)) {
        LOG.info("hello from a thread, password={}", HIDDEN);
      }
      return "logged";
    }

    @GetMapping("/internal/failure")
    String failure() {
      throw new IllegalStateException("inner detail, secretAccessKey=" + HIDDEN);
    }
  }
}
