package io.penstock.kill;

import io.penstock.trail.Checkpoint;
import io.penstock.trail.SignedNote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The bucket of all trails, read with audit-service's credentials. */
final class TrailBucket implements AutoCloseable {
  private static final String BUCKET = "penstock-audit";
  private static final String TRAILS = "audit/trails/";

  private final S3Client s3;

  TrailBucket(Installation installation, SdkHttpClient http) throws IOException {
    this.s3 =
        S3Client.builder()
            .httpClient(http)
            .endpointOverride(installation.s3())
            .forcePathStyle(true)
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        "audit-service", installation.text("secrets/s3-audit-service"))))
            .build();
  }

  List<String> trails() {
    return keys(TRAILS).stream().map(key -> key.substring(TRAILS.length())).toList();
  }

  /** How many records stand in the trail's segments. */
  long records(String trail) {
    String last = keys("audit/" + trail + "/segments/").getLast();
    long first = Long.parseLong(last.substring(last.lastIndexOf('/') + 1));
    return first + new String(read(last), StandardCharsets.UTF_8).lines().count();
  }

  /** The trail's newest checkpoint. */
  Optional<SignedNote> checkpoint(String trail) {
    try {
      byte[] note = read("audit/" + trail + "/checkpoint");
      return Optional.of(SignedNote.parse(new String(note, StandardCharsets.UTF_8)));
    } catch (NoSuchKeyException _) {
      return Optional.empty();
    }
  }

  /** How many records the newest checkpoint speaks of. */
  long proven(String trail) {
    return checkpoint(trail).map(note -> Checkpoint.parse(note.text()).size()).orElse(0L);
  }

  /**
   * A plain copy of everything below {@code audit/{trail}/}. Partial tiles may be removed
   * meanwhile: then the full ones are there.
   */
  void copy(String trail, Path folder) throws IOException {
    String prefix = "audit/" + trail + "/";
    for (String key : keys(prefix)) {
      Path file = folder.resolve(key.substring(prefix.length()));
      Files.createDirectories(file.getParent());
      try {
        Files.write(file, read(key));
      } catch (NoSuchKeyException e) {
        if (!key.contains(".p/")) {
          throw e;
        }
      }
    }
  }

  private List<String> keys(String prefix) {
    return s3
        .listObjectsV2Paginator(request -> request.bucket(BUCKET).prefix(prefix))
        .contents()
        .stream()
        .map(S3Object::key)
        .sorted()
        .toList();
  }

  private byte[] read(String key) {
    return s3.getObjectAsBytes(request -> request.bucket(BUCKET).key(key)).asByteArray();
  }

  @Override
  public void close() {
    s3.close();
  }
}
