package io.penstock.embedded.objects;

import static io.penstock.embedded.objects.TestStore.BUCKET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.penstock.aws.ScopedCredentials.TemporaryCredentials;
import io.penstock.aws.local.LocalGrants;
import io.penstock.aws.local.LocalScopedCredentials;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** What temporary credentials open in the embedded store, and all that they do not. */
class ScopedCredentialsIT {
  private static final String KEY = "exp-15/12/files/2026/11/23/171.users.csv";
  private static final String SIBLING = "exp-15/12/files/2026/11/23/172.other.csv";
  private static final Duration HOUR = Duration.ofHours(1);

  private static TestStore test;
  private static LocalScopedCredentials issuer;

  private final List<S3Client> clients = new ArrayList<>();

  @BeforeAll
  static void start(@TempDir Path directory) {
    test = TestStore.start(directory, new TestKeys());
    issuer = new LocalScopedCredentials(test.grants, Clock.systemUTC());
    test.store.createBucket("other");
    for (String key : List.of(KEY, KEY + "x", SIBLING, "secret")) {
      test.store.put(BUCKET, key, bytes("old"), "text/plain");
      test.store.put("other", key, bytes("old"), "text/plain");
    }
  }

  @AfterAll
  static void stop() {
    test.close();
  }

  @AfterEach
  void closeClients() {
    clients.forEach(S3Client::close);
  }

  @Test
  void uploadPutsItsKeyAsClientsDo() {
    S3Client client = client(upload(false, true));

    client.putObject(
        b ->
            b.bucket(BUCKET)
                .key(KEY)
                .acl(ObjectCannedACL.PRIVATE)
                .serverSideEncryption(ServerSideEncryption.AES256)
                .contentDisposition("attachment; filename=users.csv"),
        RequestBody.fromString("new"));

    assertThat(test.s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY)).asUtf8String())
        .isEqualTo("new");
  }

  @Test
  void plainUploadNeedsNoHeader() {
    S3Client client = client(upload(false, false));

    client.putObject(b -> b.bucket(BUCKET).key(KEY), RequestBody.fromString("plain"));
    client.putObjectAcl(b -> b.bucket(BUCKET).key(KEY).acl(ObjectCannedACL.PRIVATE));

    assertThat(test.s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY)).asUtf8String())
        .isEqualTo("plain");
  }

  @Test
  void uploadOfSlicesPutsEveryKeyUnderItsPrefix() {
    S3Client client = client(upload(true, true));

    for (String slice : List.of("", "x", "/part", "manifest")) {
      client.putObject(
          b -> b.bucket(BUCKET).key(KEY + slice).serverSideEncryption(ServerSideEncryption.AES256),
          RequestBody.fromString("slice"));
    }
    assertThat(test.store.head(BUCKET, KEY + "/part")).isPresent();
  }

  @Test
  void uploadMayBeDoneInPartsOrBrokenOff() {
    S3Client client = client(upload(false, true));
    String id = begin(client);
    var part =
        client.uploadPart(
            b -> b.bucket(BUCKET).key(KEY).uploadId(id).partNumber(1),
            RequestBody.fromString("in parts"));
    assertThat(client.listParts(b -> b.bucket(BUCKET).key(KEY).uploadId(id)).parts()).hasSize(1);
    client.completeMultipartUpload(
        b ->
            b.bucket(BUCKET)
                .key(KEY)
                .uploadId(id)
                .multipartUpload(
                    m -> m.parts(CompletedPart.builder().partNumber(1).eTag(part.eTag()).build())));
    String second = begin(client);
    client.abortMultipartUpload(b -> b.bucket(BUCKET).key(KEY).uploadId(second));

    assertThat(test.s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY)).asUtf8String())
        .isEqualTo("in parts");
  }

  @Test
  void downloadReadsAndListsItsPrefix() {
    S3Client client = client(download());

    assertThat(client.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY + "x")).asUtf8String())
        .isNotEmpty();
    assertThat(client.headObject(b -> b.bucket(BUCKET).key(KEY + "x")).contentLength())
        .isPositive();
    assertThat(client.listObjectsV2(b -> b.bucket(BUCKET).prefix(KEY)).contents())
        .hasSizeGreaterThanOrEqualTo(2);
    assertThat(client.listObjects(b -> b.bucket(BUCKET).prefix(KEY + "x")).contents()).isNotEmpty();
  }

  @Test
  void linkMadeWithTemporaryCredentialsCarriesItsToken() throws Exception {
    URI link = link(download(), KEY + "x");

    assertThat(get(link).statusCode()).isEqualTo(200);
    assertThat(get(link(download(), SIBLING)).statusCode()).isEqualTo(403);
    String withoutToken =
        link.toString().replaceAll("X-Amz-Security-Token=[^&]*&?", "").replaceAll("&$", "");
    assertThat(get(URI.create(withoutToken)).statusCode()).isEqualTo(403);
  }

  static Stream<Named<Consumer<S3Client>>> whatAnUploadMayNot() {
    return Stream.of(
        named("put a sibling", s3 -> put(s3, BUCKET, SIBLING)),
        named("put a longer key", s3 -> put(s3, BUCKET, KEY + "x")),
        named("put another prefix", s3 -> put(s3, BUCKET, "exp-15/13/a")),
        named("put the same key elsewhere", s3 -> put(s3, "other", KEY)),
        named(
            "put without the header",
            s3 ->
                s3.putObject(b -> b.bucket(BUCKET).key(KEY), RequestBody.fromString("no header"))),
        named(
            "put with another encryption",
            s3 ->
                s3.putObject(
                    b ->
                        b.bucket(BUCKET)
                            .key(KEY)
                            .serverSideEncryption(ServerSideEncryption.AWS_KMS),
                    RequestBody.fromString("kms"))),
        named(
            "begin parts without the header",
            s3 -> s3.createMultipartUpload(b -> b.bucket(BUCKET).key(KEY))),
        named(
            "begin parts of a sibling",
            s3 ->
                s3.createMultipartUpload(
                    b ->
                        b.bucket(BUCKET)
                            .key(SIBLING)
                            .serverSideEncryption(ServerSideEncryption.AES256))),
        named(
            "tag its object",
            s3 ->
                s3.putObjectTagging(
                    b -> b.bucket(BUCKET).key(KEY).tagging(t -> t.tagSet(List.of())))),
        named("read its tags", s3 -> s3.getObjectTagging(b -> b.bucket(BUCKET).key(KEY))),
        named(
            "make its object public",
            s3 ->
                s3.putObject(
                    b ->
                        b.bucket(BUCKET)
                            .key(KEY)
                            .acl(ObjectCannedACL.PUBLIC_READ)
                            .serverSideEncryption(ServerSideEncryption.AES256),
                    RequestBody.fromString("public"))),
        named("get", s3 -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY))),
        named("head", s3 -> s3.headObject(b -> b.bucket(BUCKET).key(KEY))),
        named("list its key", s3 -> s3.listObjectsV2(b -> b.bucket(BUCKET).prefix(KEY))),
        named("list uploads", s3 -> s3.listMultipartUploads(b -> b.bucket(BUCKET))),
        named(
            "copy from elsewhere",
            s3 ->
                s3.copyObject(
                    b ->
                        b.sourceBucket(BUCKET)
                            .sourceKey("secret")
                            .destinationBucket(BUCKET)
                            .destinationKey(KEY)
                            .serverSideEncryption(ServerSideEncryption.AES256))),
        named("copy a part from elsewhere", ScopedCredentialsIT::copyPart));
  }

  static Stream<Named<Consumer<S3Client>>> whatADownloadMayNot() {
    return Stream.of(
        named("get a sibling", s3 -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(SIBLING))),
        named("head a sibling", s3 -> s3.headObject(b -> b.bucket(BUCKET).key(SIBLING))),
        named("get the same elsewhere", s3 -> s3.getObjectAsBytes(b -> b.bucket("other").key(KEY))),
        named("list all", s3 -> s3.listObjectsV2(b -> b.bucket(BUCKET))),
        named("list the old way", s3 -> s3.listObjects(b -> b.bucket(BUCKET))),
        named(
            "list the parent",
            s3 -> s3.listObjectsV2(b -> b.bucket(BUCKET).prefix("exp-15/12/files/"))),
        named(
            "list another prefix",
            s3 -> s3.listObjectsV2(b -> b.bucket(BUCKET).prefix("exp-15/13"))),
        named("put", s3 -> put(s3, BUCKET, KEY)),
        named("list versions", s3 -> s3.listObjectVersions(b -> b.bucket(BUCKET).prefix(KEY))),
        named(
            "copy onto itself",
            s3 ->
                s3.copyObject(
                    b ->
                        b.sourceBucket(BUCKET)
                            .sourceKey(KEY)
                            .destinationBucket(BUCKET)
                            .destinationKey(KEY + "copy"))));
  }

  static Stream<Named<Consumer<S3Client>>> whatNobodyMayWithTemporaryCredentials() {
    return Stream.of(
        named("delete", s3 -> s3.deleteObject(b -> b.bucket(BUCKET).key(KEY))),
        named(
            "delete several",
            s3 ->
                s3.deleteObjects(
                    b ->
                        b.bucket(BUCKET)
                            .delete(d -> d.objects(ObjectIdentifier.builder().key(KEY).build())))),
        named("list buckets", s3 -> s3.listBuckets()),
        named("head a bucket", s3 -> s3.headBucket(b -> b.bucket(BUCKET))),
        named("make a bucket", s3 -> s3.createBucket(b -> b.bucket("new-bucket"))),
        named("delete a bucket", s3 -> s3.deleteBucket(b -> b.bucket("other"))),
        named("locate a bucket", s3 -> s3.getBucketLocation(b -> b.bucket(BUCKET))),
        named("read a bucket's ACL", s3 -> s3.getBucketAcl(b -> b.bucket(BUCKET))),
        named(
            "make a bucket public",
            s3 -> s3.putBucketAcl(b -> b.bucket(BUCKET).acl(BucketCannedACL.PUBLIC_READ))));
  }

  @ParameterizedTest
  @MethodSource("whatAnUploadMayNot")
  void uploadIsRefused(Consumer<S3Client> action) {
    assertThatIsDenied(client(upload(false, true)), action);
  }

  @ParameterizedTest
  @MethodSource("whatADownloadMayNot")
  void downloadIsRefused(Consumer<S3Client> action) {
    assertThatIsDenied(client(download()), action);
  }

  @ParameterizedTest
  @MethodSource("whatNobodyMayWithTemporaryCredentials")
  void temporaryCredentialsAreRefused(Consumer<S3Client> action) {
    assertThatIsDenied(client(upload(true, false)), action);
    assertThatIsDenied(client(download()), action);
  }

  @Test
  void expiredCredentialIsRefused() {
    var yesterday =
        new LocalScopedCredentials(
            test.grants, Clock.offset(Clock.systemUTC(), Duration.ofHours(-13)));

    assertThatIsDenied(
        client(yesterday.forUpload(BUCKET, KEY, false, false, Duration.ofHours(12))),
        s3 -> s3.putObject(b -> b.bucket(BUCKET).key(KEY), RequestBody.fromString("late")));
  }

  @Test
  void credentialWithoutItsTokenIsRefused() {
    TemporaryCredentials issued = download();

    assertThatIsDenied(
        client(AwsBasicCredentials.create(issued.accessKeyId(), issued.secretAccessKey().reveal())),
        s3 -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY)));
  }

  @Test
  void tokenOfAnotherKeyPairIsRefused() {
    TemporaryCredentials issued = download();

    assertThatIsDenied(
        client(session(issued, upload(false, false).sessionToken().reveal())),
        s3 -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"forged", "%", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void forgedTokenIsRefused(String token) {
    assertThatIsDenied(
        client(session(download(), token)),
        s3 -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY)));
  }

  @Test
  void tokenOfAnotherInstallationIsRefused(@TempDir Path elsewhere) {
    var foreign = new LocalScopedCredentials(LocalGrants.in(elsewhere), Clock.systemUTC());

    assertThatIsDenied(
        client(foreign.forDownload(BUCKET, KEY, HOUR)),
        s3 -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY)));
  }

  @Test
  void serviceKeyWithATokenIsRefused() {
    TemporaryCredentials issued = download();

    assertThatIsDenied(
        client(
            AwsSessionCredentials.create(
                "GATEWAY", "gateway-secret", issued.sessionToken().reveal())),
        s3 -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GATEWAY", "UNKNOWN"})
  void wrongSecretIsRefused(String accessKeyId) {
    S3Exception refusal =
        refusal(
            client(AwsBasicCredentials.create(accessKeyId, "wrong")),
            s3 -> s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY)));

    assertThat(refusal.statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/acme", "/acme/" + KEY, "/acme?uploads", "/healthz"})
  void anonymousRequestIsRefused(String path) throws Exception {
    for (String method : List.of("GET", "PUT", "POST", "DELETE", "OPTIONS")) {
      var request =
          HttpRequest.newBuilder(test.endpoint().resolve(path))
              .method(method, HttpRequest.BodyPublishers.ofString("body"))
              .build();
      try (var http = HttpClient.newHttpClient()) {
        var answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("<Code>AccessDenied</Code>");
      }
    }
  }

  private static void assertThatIsDenied(S3Client client, Consumer<S3Client> action) {
    S3Exception refusal = refusal(client, action);

    assertThat(refusal.statusCode()).isEqualTo(403);
    // A HEAD's answer has no document to name the code.
    if (refusal.awsErrorDetails().errorCode() != null) {
      assertThat(refusal.awsErrorDetails().errorCode()).isIn("AccessDenied", "403");
    }
  }

  private static S3Exception refusal(S3Client client, Consumer<S3Client> action) {
    @Nullable S3Exception refusal =
        catchThrowableOfType(S3Exception.class, () -> action.accept(client));
    assertThat(refusal).as("a refusal").isNotNull();
    return Objects.requireNonNull(refusal);
  }

  private static TemporaryCredentials upload(boolean prefix, boolean requireHeader) {
    return issuer.forUpload(BUCKET, KEY, prefix, requireHeader, HOUR);
  }

  private static TemporaryCredentials download() {
    return issuer.forDownload(BUCKET, KEY, HOUR);
  }

  private static String begin(S3Client client) {
    return client
        .createMultipartUpload(
            b -> b.bucket(BUCKET).key(KEY).serverSideEncryption(ServerSideEncryption.AES256))
        .uploadId();
  }

  private static void copyPart(S3Client client) {
    String id = begin(client);
    try {
      client.uploadPartCopy(
          b ->
              b.sourceBucket(BUCKET)
                  .sourceKey("secret")
                  .destinationBucket(BUCKET)
                  .destinationKey(KEY)
                  .uploadId(id)
                  .partNumber(1));
    } finally {
      client.abortMultipartUpload(b -> b.bucket(BUCKET).key(KEY).uploadId(id));
    }
  }

  private static void put(S3Client client, String bucket, String key) {
    client.putObject(
        b -> b.bucket(bucket).key(key).serverSideEncryption(ServerSideEncryption.AES256),
        RequestBody.fromString("new"));
  }

  private static Named<Consumer<S3Client>> named(String name, Consumer<S3Client> action) {
    return Named.of(name, action);
  }

  private static AwsSessionCredentials session(TemporaryCredentials issued, String token) {
    return AwsSessionCredentials.create(
        issued.accessKeyId(), issued.secretAccessKey().reveal(), token);
  }

  private S3Client client(TemporaryCredentials issued) {
    return client(session(issued, issued.sessionToken().reveal()));
  }

  /** A client as other people have it, with all of the SDK's defaults. */
  private S3Client client(AwsCredentials credentials) {
    S3Client client =
        S3Client.builder()
            .region(Region.of(TestStore.REGION))
            .endpointOverride(test.endpoint())
            .forcePathStyle(true)
            .credentialsProvider(StaticCredentialsProvider.create(credentials))
            .build();
    clients.add(client);
    return client;
  }

  private static URI link(TemporaryCredentials issued, String key) throws Exception {
    try (S3Presigner presigner =
        S3Presigner.builder()
            .region(Region.of(TestStore.REGION))
            .endpointOverride(test.endpoint())
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .credentialsProvider(
                StaticCredentialsProvider.create(session(issued, issued.sessionToken().reveal())))
            .build()) {
      return presigner
          .presignGetObject(
              b ->
                  b.signatureDuration(Duration.ofMinutes(5))
                      .getObjectRequest(g -> g.bucket(BUCKET).key(key)))
          .url()
          .toURI();
    }
  }

  private static HttpResponse<String> get(URI link) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(link).build(), BodyHandlers.ofString());
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
