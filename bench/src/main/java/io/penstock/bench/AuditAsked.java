package io.penstock.bench;

import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks audit-service what storage-api asks it: unlike calls of the API this leaves no records. */
final class AuditAsked implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LARGEST_PAGE = 5_000;

  private final URI url;
  private final String credential;
  private final HttpClient http;

  private AuditAsked(URI url, String credential, HttpClient http) {
    this.url = url;
    this.credential = credential;
    this.http = http;
  }

  /**
   * @param storageApi its settings
   * @param authority who signed audit-service's certificate, PEM
   */
  static AuditAsked by(Properties storageApi, Path authority)
      throws IOException, GeneralSecurityException {
    return new AuditAsked(
        URI.create(storageApi.getProperty("penstock.audit.url", "")),
        storageApi.getProperty("penstock.audit.credential", ""),
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(trusting(authority))
            .connectTimeout(PATIENCE)
            .build());
  }

  private static SSLContext trusting(Path authority) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(authority)) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** How many records the newest checkpoint of the log signs; 0 without one. */
  long logSize(String trail) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        send("/internal/log/" + trail + "/object?path=checkpoint", "GET", BodyPublishers.noBody());
    return answer.statusCode() == 404
        ? 0
        : sizeIn(new String(body(answer), StandardCharsets.UTF_8));
  }

  /** The second line of a checkpoint. */
  static long sizeIn(String checkpoint) {
    return Long.parseLong(checkpoint.split("\n", 3)[1]);
  }

  /** The project's calls from a time on, the oldest first. */
  List<UUID> calls(long project, Instant since) throws IOException, InterruptedException {
    RecordQuery query =
        new RecordQuery(
            project,
            null,
            RecordQuery.Viewer.OF_ALL,
            new RecordQuery.Where(
                Set.of(AuditRecord.Kind.CALL),
                null,
                null,
                Set.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                since,
                null),
            new RecordQuery.Paging(null, null, null, LARGEST_PAGE, 0, true, 0),
            RecordQuery.Counting.NOTHING);
    HttpResponse<byte[]> answer =
        send("/internal/records/search", "POST", BodyPublishers.ofString(Json.write(query)));
    return Json.mapper().readValue(body(answer), RecordQuery.Page.class).records().stream()
        .map(kept -> kept.record().id())
        .toList();
  }

  private HttpResponse<byte[]> send(String path, String method, BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve(path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + credential)
            .header("Content-Type", "application/json")
            .method(method, body)
            .build();
    return http.send(request, BodyHandlers.ofByteArray());
  }

  private static byte[] body(HttpResponse<byte[]> answer) {
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(
          answer.uri().getPath() + " of audit-service was answered " + answer.statusCode());
    }
    return answer.body();
  }

  @Override
  public void close() {
    http.close();
  }
}
