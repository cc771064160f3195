package io.penstock.embedded.objects;

import static io.penstock.embedded.objects.TestStore.BUCKET;
import static io.penstock.embedded.objects.TestStore.REGION;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.aws.ScopedCredentials.TemporaryCredentials;
import io.penstock.aws.form.PostForm;
import io.penstock.aws.form.PostForms;
import io.penstock.aws.local.LocalScopedCredentials;
import io.penstock.model.Json;
import io.penstock.model.Secret;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms as browsers post them: what is signed is taken, and nothing else. */
class PostFormIT {
  private static final String KEY = "exp-15/12/files/2030/01/02/171.users.csv";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path directory;

  private static TestStore test;
  private static LocalScopedCredentials issuer;

  @BeforeAll
  static void start() {
    test = TestStore.start(directory, new TestKeys());
    issuer = new LocalScopedCredentials(test.grants, Clock.systemUTC());
    test.store.createBucket("other");
  }

  @AfterAll
  static void stop() {
    test.close();
  }

  @BeforeEach
  void empty() {
    test.store.delete(BUCKET, test.store.list(BUCKET, "").stream().map(o -> o.key()).toList());
  }

  @Test
  void pageOfAnotherOriginMayAskAndReadTheAnswer() throws Exception {
    assertThat(
            answerTo(
                "OPTIONS",
                "/" + BUCKET,
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: x-a"))
        .startsWith("HTTP/1.1 200 ")
        .contains("Access-Control-Allow-Origin: *", "GET, HEAD, POST, PUT", "Allow-Headers: x-a")
        .doesNotContain("Allow-Credentials");
    assertThat(answerTo("GET", "/" + BUCKET + "/nope"))
        .startsWith("HTTP/1.1 403 ")
        .contains("Access-Control-Allow-Origin: *");
  }

  private static String answerTo(String method, String path, String... headers) throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add(method + " " + path + " HTTP/1.1");
    lines.addAll(List.of("Host: x", "Connection: close", "Origin: https://ui.example"));
    lines.addAll(List.of(headers));
    String request = String.join("\r\n", lines) + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), test.endpoint().getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static TemporaryCredentials credentials() {
    return issuer.forUpload(BUCKET, KEY, false, false, Duration.ofHours(12));
  }

  private static PostForm form() {
    return new PostForms(REGION, test.endpoint())
        .sign(BUCKET, KEY, true, credentials(), Instant.now());
  }

  /** A form with a policy of one's own, signed rightly. */
  private static Map<String, String> signed(
      TemporaryCredentials by, Instant now, Instant expiration, List<?> more, String key) {
    PostForm usual = new PostForms(REGION, test.endpoint()).sign(BUCKET, key, false, by, now);
    Map<String, String> fields = new LinkedHashMap<>(usual.fields());
    List<Object> conditions = new ArrayList<>(more);
    conditions.add(Map.of("bucket", BUCKET));
    fields.forEach(
        (name, value) -> {
          if (!name.equals("policy") && !name.equals("X-Amz-Signature")) {
            conditions.add(List.of("eq", "$" + name, value));
          }
        });
    sign(fields, by.secretAccessKey(), expiration, conditions);
    return fields;
  }

  private static void sign(
      Map<String, String> fields, Secret secret, Instant expiration, List<?> conditions) {
    String json = Json.write(Map.of("expiration", expiration.toString(), "conditions", conditions));
    String policy = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    fields.put("policy", policy);
    String date = Objects.requireNonNull(fields.get("X-Amz-Date")).substring(0, 8);
    fields.put("X-Amz-Signature", PostForms.signature(secret, date, REGION, policy));
  }

  private static Map<String, String> changed(String field, String value) {
    Map<String, String> fields = new LinkedHashMap<>(form().fields());
    fields.put(field, value);
    return fields;
  }

  private static byte[] body(Map<String, String> fields, String file, boolean whole) {
    StringBuilder body = new StringBuilder();
    fields.forEach(
        (name, value) ->
            body.append(
                "--xyz\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
                    .formatted(name, value)));
    body.append(
        String.join(
            "\r\n",
            "--xyz",
            "Content-Disposition: form-data; name=\"file\"; filename=\"u.csv\"",
            "Content-Type: text/csv",
            "",
            ""));
    body.append(file).append(whole ? "\r\n--xyz--\r\n" : "");
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static HttpResponse<String> post(URI url, Map<String, String> fields, String file)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(url)
            .header("Content-Type", "multipart/form-data; boundary=xyz")
            .POST(BodyPublishers.ofByteArray(body(fields, file, true)))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(Map<String, String> fields, String file)
      throws Exception {
    return post(form().url(), fields, file);
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String text) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(text);
    assertThat(test.store.list(BUCKET, "")).isEmpty();
    assertThat(test.store.list("other", "")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 3_000_000})
  void signedFormIsTaken(int size) throws Exception {
    String file = "1\r\n--xy".repeat(size / 7) + "e".repeat(size % 7);

    HttpResponse<String> answer = post(form().fields(), file);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    var kept = test.s3.getObjectAsBytes(b -> b.bucket(BUCKET).key(KEY));
    assertThat(kept.asUtf8String().equals(file)).isTrue();
    assertThat(kept.response().contentEncoding()).isNull();
    assertThat(answer.headers().firstValue("ETag")).contains(kept.response().eTag());
  }

  @Test
  void anotherKeyIsRefused() throws Exception {
    assertRefused(post(changed("key", KEY + "x"), "1"), 403, "Policy Condition failed");
  }

  @Test
  void keyThatOnlyThePolicyAllowsIsRefused() throws Exception {
    Instant now = Instant.now();
    String sibling = KEY.replace("171", "172");

    assertRefused(
        post(signed(credentials(), now, now.plusSeconds(60), List.of(), sibling), "1"),
        403,
        "Access Denied");
  }

  @Test
  void anotherBucketIsRefused() throws Exception {
    URI other = URI.create(test.endpoint() + "/other");

    assertRefused(post(other, form().fields(), "1"), 403, "Policy Condition failed");
  }

  @Test
  void expiredPolicyIsRefused() throws Exception {
    Instant now = Instant.now();

    assertRefused(
        post(signed(credentials(), now, now.minusSeconds(1), List.of(), KEY), "1"),
        403,
        "Policy expired");
  }

  @Test
  void expiredCredentialsAreRefused() throws Exception {
    TemporaryCredentials old =
        new LocalScopedCredentials(
                test.grants, Clock.offset(Clock.systemUTC(), Duration.ofHours(-13)))
            .forUpload(BUCKET, KEY, false, false, Duration.ofHours(12));
    Instant now = Instant.now();

    assertRefused(
        post(signed(old, now, now.plusSeconds(60), List.of(), KEY), "1"), 403, "Access Denied");
  }

  @Test
  void changedPolicyIsRefused() throws Exception {
    Map<String, String> fields = new LinkedHashMap<>(form().fields());
    String policy =
        new String(Base64.getDecoder().decode(fields.get("policy")), StandardCharsets.UTF_8);
    String wider = policy.replace("5368709120", "9368709120");
    fields.put(
        "policy", Base64.getEncoder().encodeToString(wider.getBytes(StandardCharsets.UTF_8)));

    assertRefused(post(fields, "1"), 403, "SignatureDoesNotMatch");
  }

  @Test
  void policyOfSomebodyElsesSecretIsRefused() throws Exception {
    Map<String, String> fields = new LinkedHashMap<>(form().fields());
    sign(fields, Secret.of("guessed"), Instant.now().plusSeconds(60), List.of());

    assertRefused(post(fields, "1"), 403, "SignatureDoesNotMatch");
  }

  @Test
  void fileOutsideOfItsRangeIsRefused() throws Exception {
    Instant now = Instant.now();
    Map<String, String> fields =
        signed(
            credentials(),
            now,
            now.plusSeconds(60),
            List.of(List.of("content-length-range", 3, 5)),
            KEY);

    assertRefused(post(fields, "123456"), 400, "EntityTooLarge");
    assertRefused(post(fields, "12"), 400, "EntityTooSmall");
    assertThat(post(fields, "12345").statusCode()).isEqualTo(204);
  }

  @Test
  void missingOrOtherEncryptionIsRefused() throws Exception {
    Map<String, String> without = new LinkedHashMap<>(form().fields());
    without.remove("x-amz-server-side-encryption");

    assertRefused(post(without, "1"), 403, "Policy Condition failed");
    assertRefused(
        post(changed("x-amz-server-side-encryption", "aws:kms"), "1"),
        403,
        "Policy Condition failed");
  }

  @Test
  void publicAclAndUnsignedFieldsAreRefused() throws Exception {
    assertRefused(post(changed("acl", "public-read"), "1"), 403, "Policy Condition failed");
    assertRefused(post(changed("Content-Type", "text/html"), "1"), 403, "Extra input fields");
    assertThat(post(changed("x-ignore-me", "1"), "1").statusCode()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "key",
        "policy",
        "X-Amz-Signature",
        "X-Amz-Credential",
        "X-Amz-Algorithm",
        "X-Amz-Date",
        "X-Amz-Security-Token"
      })
  void incompleteFormIsRefused(String field) throws Exception {
    Map<String, String> without = new LinkedHashMap<>(form().fields());
    without.remove(field);

    assertRefused(post(without, "1"), 403, "AccessDenied");
    assertThat(post(changed(field, "x"), "1").statusCode()).isEqualTo(403);
  }

  @Test
  void serviceKeysSignNoForms() throws Exception {
    Map<String, String> fields = new LinkedHashMap<>(form().fields());
    String credential = Objects.requireNonNull(fields.get("X-Amz-Credential"));
    fields.put("X-Amz-Credential", "GATEWAY" + credential.substring(credential.indexOf('/')));
    sign(fields, Secret.of("gateway-secret"), Instant.now().plusSeconds(60), List.of());

    assertRefused(post(fields, "1"), 403, "Access Denied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "e30=", "bm8=", "eyJleHBpcmF0aW9uIjoieCIsImNvbmRpdGlvbnMiOltdfQ=="})
  void policyThatIsNoneIsRefused(String policy) throws Exception {
    TemporaryCredentials by = credentials();
    Map<String, String> fields =
        new LinkedHashMap<>(
            new PostForms(REGION, test.endpoint())
                .sign(BUCKET, KEY, false, by, Instant.now())
                .fields());
    fields.put("policy", policy);
    String date = Objects.requireNonNull(fields.get("X-Amz-Date")).substring(0, 8);
    fields.put("X-Amz-Signature", PostForms.signature(by.secretAccessKey(), date, REGION, policy));

    assertThat(post(fields, "1").statusCode()).isBetween(400, 403);
    assertThat(test.store.list(BUCKET, "")).isEmpty();
  }

  @Test
  void brokenUploadLeavesNothing() throws Exception {
    byte[] body = body(form().fields(), "1,2,3\n".repeat(100_000), false);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), test.endpoint().getPort())) {
      String head =
          "POST /%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: multipart/form-data; boundary=xyz\r\nContent-Length: %d\r\n\r\n"
              .formatted(BUCKET, test.endpoint().getPort(), body.length + 100);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(body);
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes(); // until the server has given up too
    }

    assertThat(test.store.list(BUCKET, "")).isEmpty();
    try (var left = Files.list(directory.resolve("objects").resolve(BUCKET).resolve("tmp"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void formWithoutAFileOrOfAnotherKindIsRefused() throws Exception {
    for (String type : List.of("multipart/form-data; boundary=xyz", "multipart/form-data")) {
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(form().url())
                  .header("Content-Type", type)
                  .POST(BodyPublishers.ofString("--xyz--\r\n"))
                  .build(),
              BodyHandlers.ofString());
      assertRefused(answer, 400, "InvalidArgument");
    }
  }
}
