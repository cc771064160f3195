package io.penstock.quickstart;

import com.google.crypto.tink.StreamingAead;
import io.penstock.aws.AwsSettings;
import io.penstock.aws.S3ObjectStore;
import io.penstock.aws.keys.LocalKeyring;
import io.penstock.aws.local.LocalGrants;
import io.penstock.embedded.objects.EmbeddedObjectStore;
import io.penstock.embedded.objects.ServiceKey;
import io.penstock.model.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * The object store with its keys: which object is sealed under which, and which service may use
 * which buckets.
 */
final class ObjectStorePart {
  static final String TRAIL_BUCKET = "penstock-audit";

  /** The trail's key is nobody's: organisations are counted from 1. */
  private static final long TRAIL = 0;

  private static final Pattern PROJECT_OBJECT =
      Pattern.compile("exp-15/(\\d{1,18})/.*", Pattern.DOTALL);
  private static final Pattern ORGANISATION_BUCKET = Pattern.compile("penstock-org-(\\d{1,18})");

  private ObjectStorePart() {}

  static EmbeddedObjectStore start(
      Home home, int port, Path keyDirectory, LocalKeyring keyring, LocalSecrets secrets)
      throws IOException {
    keyring.createOrganisationKey(TRAIL);
    Predicate<String> customers = bucket -> ORGANISATION_BUCKET.matcher(bucket).matches();
    return EmbeddedObjectStore.builder(
            home.folder("objects"), (bucket, key) -> keyOf(keyring, bucket, key))
        .port(port)
        .temporaryCredentials(LocalGrants.in(keyDirectory))
        .serviceKey(serviceKey(secrets, Service.STORAGE_API, customers))
        .serviceKey(serviceKey(secrets, Service.IMPORT_WORKER, customers))
        .serviceKey(serviceKey(secrets, Service.AUDIT_SERVICE, TRAIL_BUCKET::equals))
        .build()
        .start();
  }

  /**
   * On AWS the trail's bucket comes with the infrastructure; here it is made, by the one service
   * that may use it.
   */
  static String createTrailBucket(int port, LocalSecrets secrets) throws IOException {
    AwsSettings settings =
        new AwsSettings(
            "eu-central-1",
            URI.create("http://127.0.0.1:" + port),
            null,
            Service.AUDIT_SERVICE.label(),
            Secret.of(secrets.text("s3-" + Service.AUDIT_SERVICE.label())));
    try (S3Client s3 = settings.s3();
        S3Presigner presigner = settings.presigner()) {
      new S3ObjectStore(s3, presigner, true).createBucket(TRAIL_BUCKET);
    }
    return TRAIL_BUCKET;
  }

  private static ServiceKey serviceKey(
      LocalSecrets secrets, Service service, Predicate<String> buckets) throws IOException {
    return new ServiceKey(
        service.label(), Secret.of(secrets.text("s3-" + service.label())), buckets, true);
  }

  /** A project's objects hang on the project's key, so that destroying it destroys them. */
  private static StreamingAead keyOf(LocalKeyring keyring, String bucket, String key)
      throws GeneralSecurityException {
    Matcher project = PROJECT_OBJECT.matcher(key);
    if (project.matches()) {
      return keyring.forProject(Long.parseLong(project.group(1)));
    }
    Matcher organisation = ORGANISATION_BUCKET.matcher(bucket);
    return keyring.forOrganisation(
        organisation.matches() ? Long.parseLong(organisation.group(1)) : TRAIL);
  }
}
