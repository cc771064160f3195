package io.penstock.audit;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.config.TinkConfig2026;
import com.google.crypto.tink.streamingaead.PredefinedStreamingAeadParameters;
import io.penstock.aws.AwsSettings;
import io.penstock.aws.NoSuchObjectException;
import io.penstock.aws.ObjectStore;
import io.penstock.aws.S3ObjectStore;
import io.penstock.embedded.objects.EmbeddedObjectStore;
import io.penstock.embedded.objects.ServiceKey;
import io.penstock.embedded.queues.EmbeddedQueues;
import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import io.penstock.model.Secret;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordBatch;
import io.penstock.model.audit.RecordConfirmation;
import io.penstock.trail.KeyFile;
import io.penstock.trail.NoteKey;
import io.penstock.trail.TileSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.context.ConfigurableApplicationContext;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** Real queues and a real object store, and audit-service started and stopped between them. */
final class AuditPlatform implements AutoCloseable {
  static final String CREDENTIAL = "0123456789abcdef0123456789abcdef";
  private static final String BUCKET = "penstock-audit";
  private static final ServiceKey KEY =
      new ServiceKey("audit-service", Secret.of("audit-secret"), BUCKET::equals, true);

  static final String ORIGIN = "test.penstock.io/audit";

  final Path index;
  private final Path signingKey;
  private final EmbeddedQueues queues = EmbeddedQueues.start(0);
  private final EmbeddedObjectStore objects;
  private final SqsAsyncClient sqs;
  private final S3Client s3;
  private final S3Presigner presigner;
  private final ObjectStore store;
  private final HttpClient http = HttpClient.newHttpClient();

  AuditPlatform(Path directory) throws GeneralSecurityException {
    index = directory.resolve("index");
    signingKey = privateFile(directory.resolve("audit-log.pem"), KeyFile.generate());
    StreamingAead key =
        KeysetHandle.generateNew(
                PredefinedStreamingAeadParameters.AES256_GCM_HKDF_1MB, TinkConfig2026.get())
            .getPrimitive(TinkConfig2026.get(), StreamingAead.class);
    objects =
        EmbeddedObjectStore.builder(directory.resolve("objects"), (_, _) -> key)
            .serviceKey(KEY)
            .build()
            .start();
    AwsSettings aws =
        new AwsSettings(
            "us-east-1", objects.endpoint(), queues.endpoint(), KEY.accessKeyId(), KEY.secret());
    sqs = aws.sqs();
    s3 = aws.s3();
    presigner = aws.presigner();
    store = new S3ObjectStore(s3, presigner, true);
    store.createBucket(BUCKET);
  }

  private static Path privateFile(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The log of a trail as it stands in the store. */
  TileSource log(String trail) {
    return path -> {
      try (InputStream in = store.open(BUCKET, "audit/" + trail + "/" + path)) {
        return Optional.of(in.readAllBytes());
      } catch (NoSuchObjectException _) {
        return Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  NoteKey logKey() throws IOException {
    return KeyFile.signer(ORIGIN, Files.readString(signingKey)).key();
  }

  ConfigurableApplicationContext start() {
    return AuditService.application().run(settings());
  }

  String[] settings() {
    return new String[] {
      "--server.port=0",
      "--server.address=127.0.0.1",
      "--penstock.aws.region=us-east-1",
      "--penstock.aws.s3-endpoint=" + objects.endpoint(),
      "--penstock.aws.sqs-endpoint=" + queues.endpoint(),
      "--penstock.aws.access-key-id=" + KEY.accessKeyId(),
      "--penstock.aws.secret-access-key=" + KEY.secret().reveal(),
      "--penstock.audit.trail-bucket=" + BUCKET,
      "--penstock.audit.index-directory=" + index,
      "--penstock.audit.ids-directory=" + index.resolveSibling("ids"),
      "--penstock.audit.service-credential=" + CREDENTIAL,
      "--penstock.audit.log-origin=" + ORIGIN,
      "--penstock.audit.signing-keys=" + signingKey,
      "--penstock.audit.checkpoint-interval=200ms"
    };
  }

  void send(AuditRecord... records) {
    sendText(Json.write(new RecordBatch(List.of(records))));
  }

  void sendText(String body) {
    var _ =
        sqs.sendMessage(m -> m.queueUrl(url(QueueNames.AUDIT_RECORDS)).messageBody(body)).join();
  }

  /** Confirmed ids since the last call. */
  List<UUID> confirmed() {
    String url = url(QueueNames.AUDIT_CONFIRMATIONS);
    List<UUID> ids = new ArrayList<>();
    List<Message> messages =
        sqs.receiveMessage(m -> m.queueUrl(url).maxNumberOfMessages(10)).join().messages();
    for (Message message : messages) {
      ids.addAll(Json.read(message.body(), RecordConfirmation.class).ids());
      var _ = sqs.deleteMessage(m -> m.queueUrl(url).receiptHandle(message.receiptHandle())).join();
    }
    return ids;
  }

  HttpResponse<String> get(ConfigurableApplicationContext service, String path)
      throws IOException, InterruptedException {
    return http.send(request(service, path).GET().build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> search(ConfigurableApplicationContext service, String body)
      throws IOException, InterruptedException {
    var request =
        request(service, "/internal/records/search")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(ConfigurableApplicationContext service, String path) {
    String port = Objects.requireNonNull(service.getEnvironment().getProperty("local.server.port"));
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("Authorization", "Bearer " + CREDENTIAL);
  }

  private String url(String queue) {
    return sqs.getQueueUrl(q -> q.queueName(queue)).join().queueUrl();
  }

  @Override
  public void close() {
    http.close();
    sqs.close();
    s3.close();
    presigner.close();
    objects.close();
    queues.close();
  }
}
