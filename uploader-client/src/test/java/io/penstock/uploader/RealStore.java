package io.penstock.uploader;

import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.config.TinkConfig2026;
import com.google.crypto.tink.streamingaead.PredefinedStreamingAeadParameters;
import io.penstock.aws.AwsSettings;
import io.penstock.aws.S3ObjectStore;
import io.penstock.aws.ScopedCredentials.TemporaryCredentials;
import io.penstock.aws.local.LocalGrants;
import io.penstock.aws.local.LocalScopedCredentials;
import io.penstock.embedded.objects.EmbeddedObjectStore;
import io.penstock.embedded.objects.ServiceKey;
import io.penstock.model.Secret;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The embedded object store behind the played API, with credentials for one key each. */
final class RealStore implements PlayedStore, AutoCloseable {
  private static final String BUCKET = "kbc-files";
  private static final ServiceKey KEY =
      new ServiceKey("GATEWAY", Secret.of("gateway-secret"), BUCKET::equals, true);

  private final EmbeddedObjectStore server;
  private final LocalScopedCredentials credentials;
  private final S3Client s3;
  private final S3Presigner presigner;
  private final S3ObjectStore objects;

  RealStore(Path folder) throws GeneralSecurityException {
    StreamingAead key =
        KeysetHandle.generateNew(
                PredefinedStreamingAeadParameters.AES256_GCM_HKDF_1MB, TinkConfig2026.get())
            .getPrimitive(TinkConfig2026.get(), StreamingAead.class);
    LocalGrants grants = LocalGrants.in(folder.resolve("keys"));
    credentials = new LocalScopedCredentials(grants, Clock.systemUTC());
    server =
        EmbeddedObjectStore.builder(folder.resolve("objects"), (_, _) -> key)
            .serviceKey(KEY)
            .temporaryCredentials(grants)
            .build()
            .start();
    var settings =
        new AwsSettings("eu-central-1", server.endpoint(), null, KEY.accessKeyId(), KEY.secret());
    s3 = settings.s3();
    presigner = settings.presigner();
    objects = new S3ObjectStore(s3, presigner, true);
    objects.createBucket(BUCKET);
  }

  URI endpoint() {
    return server.endpoint();
  }

  /** Parts of the uploads that are not complete. */
  List<Part> parts() {
    return uploads().stream()
        .flatMap(
            upload ->
                s3
                    .listParts(
                        list -> list.bucket(BUCKET).key(upload.key()).uploadId(upload.uploadId()))
                    .parts()
                    .stream())
        .toList();
  }

  List<MultipartUpload> uploads() {
    return s3.listMultipartUploads(list -> list.bucket(BUCKET)).uploads();
  }

  @Override
  public String bucket() {
    return BUCKET;
  }

  @Override
  public Map<String, String> credentials(String key) {
    TemporaryCredentials lent =
        credentials.forUpload(BUCKET, key, false, true, Duration.ofHours(12));
    return Map.of(
        "AccessKeyId", lent.accessKeyId(),
        "SecretAccessKey", lent.secretAccessKey().reveal(),
        "SessionToken", lent.sessionToken().reveal(),
        "Expiration", lent.expiration().toString());
  }

  @Override
  public boolean has(String key) {
    return objects.head(BUCKET, key).isPresent();
  }

  @Override
  public InputStream open(String key) {
    return objects.open(BUCKET, key);
  }

  @Override
  public void close() {
    try (server;
        s3;
        presigner) {
      // Closes them in reverse order.
    }
  }
}
