package io.penstock.embedded.objects;

import io.penstock.aws.AwsSettings;
import io.penstock.aws.S3ObjectStore;
import io.penstock.aws.local.LocalGrants;
import io.penstock.model.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** An embedded store with two services' keys, and clients for it. */
final class TestStore implements AutoCloseable {
  static final String BUCKET = "acme";
  static final String REGION = "us-east-1";

  private static final ServiceKey GATEWAY =
      new ServiceKey("GATEWAY", Secret.of("gateway-secret"), _ -> true, true);
  private static final ServiceKey READER =
      new ServiceKey("READER", Secret.of("reader-secret"), Set.of(BUCKET)::contains, false);

  final LocalGrants grants;
  final S3Client s3;
  final S3Client reader;
  final S3Presigner presigner;
  final S3ObjectStore store;
  private final EmbeddedObjectStore server;

  private TestStore(EmbeddedObjectStore server, LocalGrants grants) {
    this.server = server;
    this.grants = grants;
    s3 = settings(GATEWAY).s3();
    presigner = settings(GATEWAY).presigner();
    reader = settings(READER).s3();
    store = new S3ObjectStore(s3, presigner, true);
  }

  static TestStore start(Path directory, ObjectKeys keys) {
    LocalGrants grants = LocalGrants.in(directory.resolve("keys"));
    EmbeddedObjectStore server =
        EmbeddedObjectStore.builder(directory.resolve("objects"), keys)
            .serviceKey(GATEWAY)
            .serviceKey(READER)
            .temporaryCredentials(grants)
            .build()
            .start();
    var started = new TestStore(server, grants);
    started.store.createBucket(BUCKET);
    return started;
  }

  URI endpoint() {
    return server.endpoint();
  }

  private AwsSettings settings(ServiceKey key) {
    return new AwsSettings(REGION, server.endpoint(), null, key.accessKeyId(), key.secret());
  }

  @Override
  public void close() {
    try (server;
        s3;
        reader;
        presigner) {
      // Closes them in reverse order.
    }
  }
}
