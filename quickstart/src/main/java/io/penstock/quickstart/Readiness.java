package io.penstock.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Asks services for {@code /health/ready}. */
final class Readiness implements AutoCloseable {
  static final String READY = "ready";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Ports ports;
  private final HttpClient http;

  Readiness(Home home, Ports ports) throws IOException, GeneralSecurityException {
    this.ports = ports;
    this.http = LocalHttps.client(home);
  }

  /** {@link #READY}, or what is wrong. */
  String of(Service service) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address(service).resolve("/health/ready"))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status == 200 ? READY : "not ready (HTTP %d)".formatted(status);
    } catch (IOException e) {
      return "does not answer: " + e.getMessage();
    }
  }

  /** Returns when all are ready; fails with the first one that is not in time. */
  void await(Set<Service> services) throws InterruptedException {
    Instant until = Instant.now().plus(PATIENCE);
    for (Service service : services) {
      String state = of(service);
      while (!state.equals(READY) && Instant.now().isBefore(until)) {
        Thread.sleep(50); // readiness has no event to wait on
        state = of(service);
      }
      if (!state.equals(READY)) {
        throw new IllegalStateException(
            "%s is %s; its log lines say why".formatted(service.label(), state));
      }
    }
  }

  private URI address(Service service) {
    return URI.create(
        switch (service) {
          case STORAGE_API -> "https://127.0.0.1:" + ports.https();
          case IMPORT_WORKER -> "http://127.0.0.1:" + ports.worker();
          case AUDIT_SERVICE -> "https://127.0.0.1:" + ports.audit();
        });
  }

  @Override
  public void close() {
    http.close();
  }
}
