package io.penstock.embedded.objects;

import static io.penstock.embedded.objects.TestStore.BUCKET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.aws.AwsSettings;
import io.penstock.aws.NoSuchObjectException;
import io.penstock.aws.ObjectSink;
import io.penstock.aws.ObjectStore.StoredObject;
import io.penstock.aws.ObjectStore.Version;
import io.penstock.aws.S3ObjectStore;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.Tag;

class S3ObjectStoreIT {
  private static final String KEY = "exp-15/12/files/users.csv";
  private static final int MB = 1024 * 1024;

  @TempDir Path directory;

  private final TestKeys keys = new TestKeys();
  private TestStore test;

  @BeforeEach
  void start() {
    test = TestStore.start(directory, keys);
  }

  @AfterEach
  void stop() {
    test.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000, MB - 56, MB, 5 * MB + 17})
  void objectComesBackAsItWasPut(int size) throws IOException {
    byte[] body = random(size);

    test.store.put(BUCKET, KEY, body, "text/csv");

    assertThat(read(KEY)).isEqualTo(body);
    assertThat(test.store.head(BUCKET, KEY)).map(StoredObject::bytes).contains((long) size);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a/b",
        "/begins and ends/",
        "a//b",
        "x/../../etc/passwd",
        "a/./..",
        "ü ☃ 𝄞/100%25+~=?&#\"",
        ".lock",
        "tmp"
      })
  void anyKeyIsAnObjectOfItsOwn(String key) throws IOException {
    test.store.put(BUCKET, "a", bytes("first"), "text/plain");
    test.store.put(BUCKET, key, bytes("body of " + key), "text/plain");

    assertThat(read(key)).isEqualTo(bytes("body of " + key));
    assertThat(test.store.list(BUCKET, key)).extracting(StoredObject::key).contains(key);
    test.store.delete(BUCKET, List.of(key));
    assertThat(test.store.head(BUCKET, key)).isEmpty();
  }

  @Test
  void longPartOfAKeyIsListedInOrder() {
    String part = "ü".repeat(150);
    List<String> all =
        List.of(part, part + "-", part + "/", part + "/a", part + "0", part + "z/y", part + "ü");
    all.forEach(key -> test.store.put(BUCKET, key, bytes(key), "text/plain"));

    assertThat(test.store.list(BUCKET, part)).extracting(StoredObject::key).isEqualTo(all);
  }

  @Test
  void missingObjectHasNoHeadAndCannotBeOpened() {
    assertThat(test.store.head(BUCKET, "nothing")).isEmpty();
    assertThatExceptionOfType(NoSuchObjectException.class)
        .isThrownBy(() -> test.store.open(BUCKET, "nothing"));
  }

  @Test
  void objectsOnDiskAreSealed() throws IOException {
    byte[] secret = bytes("name,salary\nElisabeth,123456\n");
    test.store.put(BUCKET, KEY, secret, "text/csv");
    test.store.put(BUCKET, "audit/segments/1", secret, "text/csv");

    String md5 = HexFormat.of().formatHex(md5(secret));
    for (Path file : filesOnDisk()) {
      String content = Files.readString(file, StandardCharsets.ISO_8859_1);
      assertThat(content)
          .doesNotContain("Elisabeth")
          .doesNotContain("text/csv")
          .doesNotContain(md5);
    }
    assertThat(filesOnDisk()).hasSize(2);
  }

  @Test
  void tagsAreReplacedTogetherAndGoWithTheirObject() throws IOException {
    test.store.put(BUCKET, KEY, bytes("1"), "text/csv");
    test.store.put(BUCKET, KEY + "manifest", bytes("1"), "text/csv");

    test.store.tag(BUCKET, KEY, Map.of("a", "1", "b", "ü & <x>"));
    assertThat(tags(KEY)).isEqualTo(Map.of("a", "1", "b", "ü & <x>"));
    test.store.tag(BUCKET, KEY, Map.of("state", "expired"));

    assertThat(tags(KEY)).isEqualTo(Map.of("state", "expired"));
    assertThat(tags(KEY + "manifest")).isEmpty();
    assertThat(test.store.list(BUCKET, "")).extracting(StoredObject::key).hasSize(2);
    test.store.put(BUCKET, KEY, bytes("1"), "text/csv");
    assertThat(tags(KEY)).isEmpty();
    test.store.tag(BUCKET, KEY, Map.of("state", "expired"));
    test.store.delete(BUCKET, List.of(KEY, KEY + "manifest"));
    assertThat(filesOnDisk()).isEmpty();
    test.s3.deleteBucket(b -> b.bucket(BUCKET));
  }

  @Test
  void onlyAServiceThatMayWriteTagsAndNothingThatIsNotThere() {
    test.store.put(BUCKET, KEY, bytes("1"), "text/csv");

    assertThatExceptionOfType(NoSuchObjectException.class)
        .isThrownBy(() -> test.store.tag(BUCKET, "nothing", Map.of("a", "1")));
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(
            () ->
                test.reader.putObjectTagging(
                    b -> b.bucket(BUCKET).key(KEY).tagging(t -> t.tagSet(List.of()))))
        .satisfies(e -> assertThat(e.statusCode()).isEqualTo(403));
    assertThat(test.reader.getObjectTagging(b -> b.bucket(BUCKET).key(KEY)).tagSet()).isEmpty();
  }

  private Map<String, String> tags(String key) {
    return test.s3.getObjectTagging(b -> b.bucket(BUCKET).key(key)).tagSet().stream()
        .collect(Collectors.toMap(Tag::key, Tag::value));
  }

  @Test
  void changedByteOnDiskBreaksTheReadingOff() throws IOException {
    test.store.put(BUCKET, KEY, random(3 * MB), "text/csv");
    try (FileChannel file = FileChannel.open(filesOnDisk().getFirst(), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(bytes("xxxxxxxx")), 2 * MB);
    }

    assertThatThrownBy(() -> read(KEY)).isInstanceOf(IOException.class);
  }

  @Test
  void fileMovedToAnotherNameCannotBeRead() throws IOException {
    test.store.put(BUCKET, "exp-15/12/a", bytes("a"), "text/plain");
    Path file = filesOnDisk().getFirst();
    Files.copy(file, file.resolveSibling("b~"));

    assertThatExceptionOfType(PlatformException.class).isThrownBy(() -> read("exp-15/12/b"));
  }

  @Test
  void objectsOfADestroyedProjectAreListedAndRemovedButNeverRead() {
    test.store.put(BUCKET, KEY, bytes("gone"), "text/plain");
    keys.destroyProject(12);

    assertThatExceptionOfType(PlatformException.class).isThrownBy(() -> read(KEY));
    assertThat(test.store.list(BUCKET, "exp-15/12/")).hasSize(1);
    test.store.delete(BUCKET, List.of(KEY));
    assertThat(test.store.list(BUCKET, "")).isEmpty();
  }

  @Test
  void sinkSendsPartsAndItsObjectHasAllOfThem() throws IOException {
    byte[] body = random(30 * MB + 5);
    long bytes;
    try (ObjectSink sink = test.store.create(BUCKET, KEY, "text/csv")) {
      for (int from = 0; from < body.length; from += 1_000_003) {
        sink.write(body, from, Math.min(1_000_003, body.length - from));
      }
      bytes = sink.complete();
    }

    assertThat(bytes).isEqualTo(body.length);
    assertThat(read(KEY)).isEqualTo(body);
    assertThat(test.s3.headObject(b -> b.bucket(BUCKET).key(KEY)).eTag()).endsWith("-4\"");
    assertThat(test.s3.headObject(b -> b.bucket(BUCKET).key(KEY)).contentEncoding())
        .as("who reads a packed slice unpacks it, and nobody before")
        .isNull();
  }

  @Test
  void smallSinkBecomesOnePut() throws IOException {
    try (ObjectSink sink = test.store.create(BUCKET, KEY, "text/csv")) {
      sink.write('a');
      sink.write(bytes("bc"));
      sink.complete();
    }

    assertThat(read(KEY)).isEqualTo(bytes("abc"));
    assertThat(test.s3.headObject(b -> b.bucket(BUCKET).key(KEY)).eTag())
        .isEqualTo('"' + HexFormat.of().formatHex(md5(bytes("abc"))) + '"');
    assertThat(test.s3.headObject(b -> b.bucket(BUCKET).key(KEY)).contentEncoding()).isNull();
  }

  @Test
  void sinkClosedWithoutCompletingLeavesNothing() throws IOException {
    try (ObjectSink sink = test.store.create(BUCKET, KEY, "text/csv")) {
      sink.write(random(9 * MB));
      assertThat(uploads()).isEqualTo(1);
    }

    assertThat(uploads()).isZero();
    assertThat(test.store.head(BUCKET, KEY)).isEmpty();
    assertThat(filesOnDisk()).isEmpty();
  }

  @Test
  void oldUploadsUnderAPrefixAreAborted() {
    test.s3.createMultipartUpload(b -> b.bucket(BUCKET).key("exp-15/12/a"));
    test.s3.createMultipartUpload(b -> b.bucket(BUCKET).key("exp-15/13/a"));

    assertThat(test.store.abortUploads(BUCKET, "exp-15/12/", Instant.EPOCH)).isZero();
    assertThat(test.store.abortUploads(BUCKET, "exp-15/12/", Instant.now().plusSeconds(60)))
        .isEqualTo(1);
    assertThat(uploads()).isEqualTo(1);
  }

  @Test
  void oneObjectDoesNotTakeAllUploads() {
    for (int i = 0; i < 100; i++) {
      test.s3.createMultipartUpload(b -> b.bucket(BUCKET).key("exp-15/12/a"));
    }

    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(() -> test.s3.createMultipartUpload(b -> b.bucket(BUCKET).key("exp-15/12/a")))
        .withMessageContaining("Too many uploads");
    test.s3.createMultipartUpload(b -> b.bucket(BUCKET).key("exp-15/12/b"));
    assertThat(test.store.abortUploads(BUCKET, "exp-15/12/", Instant.now().plusSeconds(60)))
        .isEqualTo(101);
    test.s3.createMultipartUpload(b -> b.bucket(BUCKET).key("exp-15/12/a"));
  }

  @Test
  void putIfAbsentNeverReplaces() throws IOException {
    assertThat(test.store.putIfAbsent(BUCKET, KEY, bytes("first"), "text/plain")).isTrue();
    assertThat(test.store.putIfAbsent(BUCKET, KEY, bytes("second"), "text/plain")).isFalse();

    assertThat(read(KEY)).isEqualTo(bytes("first"));
    assertThat(filesOnDisk()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit/trails/12",
        "audit/12/segments/00000000000000000042",
        "audit/platform/values/abc",
        "audit/12/checkpoints/7",
        "audit/12/tile/0/x001/000",
        "audit/12/tile/entries/000"
      })
  void whatATrailKeepsCanNeitherBeOverwrittenNorDeleted(String key) throws IOException {
    Instant until = Instant.now().plusSeconds(60);
    assertThat(test.store.putLocked(BUCKET, key, bytes("first"), "text/plain", until)).isTrue();

    assertThat(test.store.putLocked(BUCKET, key, bytes("second"), "text/plain", until)).isFalse();
    assertThatThrownBy(() -> test.store.put(BUCKET, key, bytes("third"), "text/plain"))
        .isInstanceOf(PlatformException.class);
    assertThatThrownBy(() -> test.store.delete(BUCKET, List.of(key)))
        .isInstanceOf(PlatformException.class);
    assertThatThrownBy(() -> test.s3.deleteObject(b -> b.bucket(BUCKET).key(key)))
        .isInstanceOf(S3Exception.class);
    assertThatThrownBy(
            () ->
                test.s3.copyObject(
                    b ->
                        b.sourceBucket(BUCKET)
                            .sourceKey(key)
                            .destinationBucket(BUCKET)
                            .destinationKey(key)
                            .metadataDirective(MetadataDirective.REPLACE)))
        .isInstanceOf(S3Exception.class);
    assertThatThrownBy(
            () -> {
              try (ObjectSink sink = test.store.create(BUCKET, key, "text/plain")) {
                sink.write(bytes("fourth"));
                sink.complete();
              }
            })
        .isInstanceOf(PlatformException.class);

    assertThat(read(key)).isEqualTo(bytes("first"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit/12/checkpoint",
        "audit/12/tile/0/000.p/7",
        "audit/12/tile/entries/x001/000.p/255",
        "exp-15/12/audit/12/segments/1"
      })
  void whatIsMadeAnewIsNotLocked(String key) throws IOException {
    test.store.put(BUCKET, key, bytes("first"), "text/plain");
    test.store.put(BUCKET, key, bytes("second"), "text/plain");

    assertThat(read(key)).isEqualTo(bytes("second"));
    test.store.delete(BUCKET, List.of(key));
    assertThat(test.store.head(BUCKET, key)).isEmpty();
  }

  @Test
  void ofManyWhoPutIfAbsentOneWins() throws InterruptedException {
    List<Boolean> won;
    try (var pool = Executors.newFixedThreadPool(8)) {
      won =
          pool
              .invokeAll(
                  IntStream.range(0, 16)
                      .<Callable<Boolean>>mapToObj(
                          i ->
                              () ->
                                  test.store.putIfAbsent(
                                      BUCKET, KEY, bytes("body " + i), "text/plain"))
                      .toList())
              .stream()
              .map(future -> future.resultNow())
              .toList();
    }

    assertThat(won).containsOnlyOnce(true);
  }

  @Test
  void versionIsReplacedOnceAndNeverAnotherOne() throws IOException {
    String key = "audit/12/checkpoint";
    assertThat(test.store.read(BUCKET, key)).isEmpty();
    test.store.put(BUCKET, key, bytes("first"), "text/plain");
    Version first = test.store.read(BUCKET, key).orElseThrow();
    assertThat(first.body()).isEqualTo(bytes("first"));

    assertThat(test.store.replace(BUCKET, key, first, bytes("second"), "text/plain")).isTrue();
    assertThat(test.store.replace(BUCKET, key, first, bytes("third"), "text/plain")).isFalse();

    assertThat(read(key)).isEqualTo(bytes("second"));
    Version second = test.store.read(BUCKET, key).orElseThrow();
    test.store.delete(BUCKET, List.of(key));
    assertThat(test.store.replace(BUCKET, key, second, bytes("fourth"), "text/plain")).isFalse();
    assertThat(test.store.head(BUCKET, key)).isEmpty();
  }

  @Test
  void ofManyWhoReplaceAVersionOneWins() throws InterruptedException {
    test.store.put(BUCKET, KEY, bytes("first"), "text/plain");
    Version first = test.store.read(BUCKET, KEY).orElseThrow();
    List<Boolean> won;
    try (var pool = Executors.newFixedThreadPool(8)) {
      won =
          pool
              .invokeAll(
                  IntStream.range(0, 16)
                      .<Callable<Boolean>>mapToObj(
                          i ->
                              () ->
                                  test.store.replace(
                                      BUCKET, KEY, first, bytes("body " + i), "text/plain"))
                      .toList())
              .stream()
              .map(future -> future.resultNow())
              .toList();
    }

    assertThat(won).containsOnlyOnce(true);
  }

  @Test
  void whatATrailKeepsIsNotReplacedEither() throws IOException {
    String key = "audit/12/checkpoints/7";
    test.store.put(BUCKET, key, bytes("first"), "text/plain");
    Version first = test.store.read(BUCKET, key).orElseThrow();

    assertThat(test.store.replace(BUCKET, key, first, bytes("second"), "text/plain")).isFalse();
    assertThat(read(key)).isEqualTo(bytes("first"));
  }

  @Test
  void firstObjectBehindAKeyIsFound() {
    for (String key : List.of("a/1", "a/3", "a/5", "b/1")) {
      test.store.put(BUCKET, key, bytes("x"), "text/plain");
    }

    assertThat(test.store.firstAfter(BUCKET, "a/", "a/")).map(StoredObject::key).contains("a/1");
    assertThat(test.store.firstAfter(BUCKET, "a/", "a/1")).map(StoredObject::key).contains("a/3");
    assertThat(test.store.firstAfter(BUCKET, "a/", "a/4")).map(StoredObject::key).contains("a/5");
    assertThat(test.store.firstAfter(BUCKET, "a/", "a/5")).isEmpty();
    assertThat(test.store.firstAfter(BUCKET, "a/", "a/4").orElseThrow().lastModified()).isNotNull();
    assertThat(test.store.after(BUCKET, "a/", "a/1", 2))
        .extracting(StoredObject::key)
        .containsExactly("a/3", "a/5");
    assertThat(test.store.after(BUCKET, "a/", "a/1", 1000)).hasSize(2);
  }

  @Test
  void listGoesThroughAllPagesInOrder() {
    List<String> expected =
        IntStream.range(0, 1205)
            .mapToObj(i -> "exp-15/12/%s/%04d".formatted(i % 2 == 0 ? "even" : "odd", i))
            .sorted()
            .toList();
    try (var pool = Executors.newFixedThreadPool(8)) {
      expected.forEach(
          key -> pool.execute(() -> test.store.put(BUCKET, key, bytes("x"), "text/plain")));
    }
    test.store.put(BUCKET, "exp-15/13/other", bytes("x"), "text/plain");

    assertThat(test.store.list(BUCKET, "exp-15/12/"))
        .extracting(StoredObject::key)
        .isEqualTo(expected);
    assertThat(test.store.list(BUCKET, "exp-15/12/even/00")).hasSize(50);
    var folders = test.s3.listObjectsV2(b -> b.bucket(BUCKET).prefix("exp-15/").delimiter("/"));
    assertThat(folders.commonPrefixes())
        .extracting(prefix -> prefix.prefix())
        .containsExactly("exp-15/12/", "exp-15/13/");

    test.store.delete(BUCKET, expected);
    assertThat(test.store.list(BUCKET, "exp-15/")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=100-, 100, 11534236",
    "bytes=-100, 11534236, 11534336",
    "bytes=1048000-9000000, 1048000, 9000001",
    "bytes=8388600-8388700, 8388600, 8388701",
    "bytes=11534335-99999999, 11534335, 11534336"
  })
  void rangesAreCutFromAMultipartObject(String range, int from, int to) throws IOException {
    byte[] body = random(11 * MB);
    try (ObjectSink sink = test.store.create(BUCKET, KEY, "text/csv")) {
      sink.write(body);
      sink.complete();
    }

    byte[] part;
    try (var stream = test.s3.getObject(b -> b.bucket(BUCKET).key(KEY).range(range))) {
      part = stream.readAllBytes();
      assertThat(stream.response().contentRange())
          .isEqualTo("bytes %d-%d/%d".formatted(from, from + part.length - 1, body.length));
    }
    int end = range.equals("bytes=100-") ? body.length : to;
    assertThat(part).isEqualTo(Arrays.copyOfRange(body, from, end));
  }

  @Test
  void rangeBehindTheEndIsRefused() {
    test.store.put(BUCKET, KEY, bytes("abc"), "text/plain");

    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(() -> test.s3.getObject(b -> b.bucket(BUCKET).key(KEY).range("bytes=3-")))
        .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidRange"));
  }

  @Test
  void headersOfAnUploadComeBack() {
    test.s3.putObject(
        b ->
            b.bucket(BUCKET)
                .key(KEY)
                .acl(ObjectCannedACL.PRIVATE)
                .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                .contentType("text/csv")
                .contentDisposition("attachment; filename=users.csv")
                .metadata(Map.of("origin", "crm")),
        RequestBody.fromString("a"));

    var head = test.s3.headObject(b -> b.bucket(BUCKET).key(KEY));
    assertThat(head.contentType()).isEqualTo("text/csv");
    assertThat(head.contentDisposition()).isEqualTo("attachment; filename=users.csv");
    assertThat(head.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
    assertThat(head.metadata()).containsEntry("origin", "crm");
    assertThat(head.contentLength()).isEqualTo(1);
  }

  @Test
  void copyIsSealedAnewAndKeepsOrReplacesHeaders() throws IOException {
    byte[] body = random(2 * MB);
    test.store.put(BUCKET, KEY, body, "text/csv");
    CopyObjectRequest copy =
        CopyObjectRequest.builder()
            .sourceBucket(BUCKET)
            .sourceKey(KEY)
            .destinationBucket(BUCKET)
            .destinationKey("exp-15/13/copy")
            .build();

    test.s3.copyObject(copy);
    assertThat(test.s3.headObject(b -> b.bucket(BUCKET).key("exp-15/13/copy")).contentType())
        .isEqualTo("text/csv");
    test.s3.copyObject(
        copy.toBuilder()
            .metadataDirective(MetadataDirective.REPLACE)
            .contentType("text/plain")
            .build());

    keys.destroyProject(12);
    assertThat(read("exp-15/13/copy")).isEqualTo(body);
    assertThat(test.s3.headObject(b -> b.bucket(BUCKET).key("exp-15/13/copy")).contentType())
        .isEqualTo("text/plain");
  }

  @Test
  void restartKeepsObjectsAndForgetsHalfUploads() throws IOException {
    byte[] body = random(9 * MB);
    test.store.put(BUCKET, KEY, body, "text/csv");
    ObjectSink half = test.store.create(BUCKET, "exp-15/12/half", "text/csv");
    half.write(body);

    test.close();
    test = TestStore.start(directory, keys);

    assertThat(read(KEY)).isEqualTo(body);
    assertThat(test.store.list(BUCKET, "")).extracting(StoredObject::key).containsExactly(KEY);
    assertThat(filesOnDisk()).hasSize(1);
  }

  @Test
  void secondServerOnTheSameDirectoryDoesNotStart() {
    assertThatThrownBy(() -> TestStore.start(directory, keys).close())
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void readerKeepsItsObjectWhenItIsReplacedOrRemoved() throws IOException {
    byte[] body = random(20 * MB);
    test.store.put(BUCKET, KEY, body, "text/csv");

    try (InputStream stream = test.store.open(BUCKET, KEY)) {
      byte[] begin = stream.readNBytes(10);
      test.store.put(BUCKET, KEY, bytes("new"), "text/csv");
      test.store.delete(BUCKET, List.of(KEY));

      assertThat(begin).isEqualTo(Arrays.copyOf(body, 10));
      assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOfRange(body, 10, body.length));
    }
  }

  @Test
  void linkOpensItsObjectForAnyoneUntilItIsChangedOrOver() throws Exception {
    test.store.put(BUCKET, KEY, bytes("shared"), "text/plain");
    URI link = test.store.presignGet(BUCKET, KEY, Duration.ofMinutes(5));

    assertThat(get(link).body()).isEqualTo("shared");
    assertThat(get(URI.create(link.toString().replace("users.csv", "other.csv"))).statusCode())
        .isEqualTo(403);
    URI over = test.store.presignGet(BUCKET, KEY, Duration.ofSeconds(1));
    Instant limit = Instant.now().plusSeconds(20);
    while (get(over).statusCode() == 200) {
      assertThat(Instant.now()).isBefore(limit);
    }
    assertThat(get(over).statusCode()).isEqualTo(403);
    assertThat(get(over).body()).contains("<Code>AccessDenied</Code>");
  }

  @Test
  void linkToPutTakesABodyAndNoUnsignedCopySource() throws Exception {
    test.store.put(BUCKET, "secret", bytes("secret"), "text/plain");
    URI link =
        test.presigner
            .presignPutObject(
                b ->
                    b.signatureDuration(Duration.ofMinutes(5))
                        .putObjectRequest(
                            PutObjectRequest.builder().bucket(BUCKET).key(KEY).build()))
            .url()
            .toURI();
    HttpRequest.Builder put =
        HttpRequest.newBuilder(link).PUT(HttpRequest.BodyPublishers.ofString("by link"));

    assertThat(send(put.copy().header("x-amz-copy-source", "/acme/secret").build()).statusCode())
        .isEqualTo(403);
    assertThat(send(put.build()).statusCode()).isEqualTo(200);
    assertThat(read(KEY)).isEqualTo(bytes("by link"));
  }

  @Test
  void keyThatMayOnlyReadCannotWrite() {
    test.store.put(BUCKET, KEY, bytes("a"), "text/plain");

    assertThat(test.reader.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY)).asUtf8String())
        .isEqualTo("a");
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(
            () ->
                test.reader.putObject(b -> b.bucket(BUCKET).key(KEY), RequestBody.fromString("b")))
        .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied"));
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(() -> test.reader.deleteObject(b -> b.bucket(BUCKET).key(KEY)));
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(() -> test.reader.listObjectsV2(b -> b.bucket("other")));
  }

  @Test
  void storeThatCannotBeReachedIsUnavailable() throws IOException {
    int nobody;
    try (var socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    var settings =
        new AwsSettings(
            TestStore.REGION,
            URI.create("http://127.0.0.1:" + nobody),
            null,
            "GATEWAY",
            Secret.of("gateway-secret"));
    try (var s3 = settings.s3();
        var presigner = settings.presigner()) {
      var store = new S3ObjectStore(s3, presigner, true);

      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> store.head(BUCKET, KEY))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }
  }

  private int uploads() {
    return test.s3.listMultipartUploads(b -> b.bucket(BUCKET)).uploads().size();
  }

  private byte[] read(String key) throws IOException {
    try (InputStream stream = test.store.open(BUCKET, key)) {
      return stream.readAllBytes();
    }
  }

  private List<Path> filesOnDisk() throws IOException {
    try (var files = Files.walk(directory.resolve("objects").resolve(BUCKET))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static HttpResponse<String> get(URI link) throws Exception {
    return send(HttpRequest.newBuilder(link).build());
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] md5(byte[] bytes) {
    MessageDigest md5 = ObjectFile.md5();
    return md5.digest(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
