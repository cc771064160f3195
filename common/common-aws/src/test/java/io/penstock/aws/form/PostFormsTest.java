package io.penstock.aws.form;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.aws.ScopedCredentials.TemporaryCredentials;
import io.penstock.model.Json;
import io.penstock.model.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PostFormsTest {
  private static final Instant NOW = Instant.parse("2030-01-02T10:20:30Z");
  private static final TemporaryCredentials KEY =
      new TemporaryCredentials(
          "ASIAEXAMPLE", Secret.of("secret"), Secret.of("token"), NOW.plusSeconds(43_200));

  /** AWS's own example: its policy has the ends of lines of Windows. */
  @Test
  void signatureIsThatOfTheDocumentation() {
    String policy =
        String.join(
            "\r\n",
            "{ \"expiration\": \"2015-12-30T12:00:00.000Z\",",
            "  \"conditions\": [",
            "    {\"bucket\": \"sigv4examplebucket\"},",
            "    [\"starts-with\", \"$key\", \"user/user1/\"],",
            "    {\"acl\": \"public-read\"},",
            "    {\"success_action_redirect\":"
                + " \"http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html\"},",
            "    [\"starts-with\", \"$Content-Type\", \"image/\"],",
            "    {\"x-amz-meta-uuid\": \"14365123651274\"},",
            "    {\"x-amz-server-side-encryption\": \"AES256\"},",
            "    [\"starts-with\", \"$x-amz-meta-tag\", \"\"],",
            "",
            "    {\"x-amz-credential\":"
                + " \"AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request\"},",
            "    {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"},",
            "    {\"x-amz-date\": \"20151229T000000Z\" }",
            "  ]",
            "}");

    assertThat(
            PostForms.signature(
                Secret.of("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
                "20151229",
                "us-east-1",
                Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
  }

  @Test
  void everyFieldHasItsCondition() {
    PostForm form = new PostForms("eu-central-1", null).sign("acme", "a/1.csv", true, KEY, NOW);

    assertThat(form.fields().keySet())
        .containsExactly(
            "key",
            "acl",
            "x-amz-server-side-encryption",
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Security-Token",
            "policy",
            "X-Amz-Signature");
    JsonNode policy =
        Json.mapper()
            .readTree(
                new String(
                    Base64.getDecoder().decode(form.fields().get("policy")),
                    StandardCharsets.UTF_8));
    assertThat(policy.path("expiration").asString()).isEqualTo("2030-01-02T22:20:30.000Z");
    Map<String, String> equal = new LinkedHashMap<>();
    for (JsonNode condition : policy.path("conditions")) {
      condition.properties().forEach(c -> equal.put(c.getKey(), c.getValue().asString()));
    }
    assertThat(equal)
        .containsEntry("bucket", "acme")
        .containsEntry("key", "a/1.csv")
        .containsEntry("acl", "private")
        .containsEntry("x-amz-server-side-encryption", "AES256")
        .containsEntry("x-amz-algorithm", "AWS4-HMAC-SHA256")
        .containsEntry("x-amz-credential", "ASIAEXAMPLE/20300102/eu-central-1/s3/aws4_request")
        .containsEntry("x-amz-date", "20300102T102030Z")
        .containsEntry("x-amz-security-token", "token")
        .hasSize(8);
    assertThat(policy.path("conditions").get(8).toString())
        .isEqualTo("[\"content-length-range\",0,5368709120]");
    assertThat(form.fields().values()).noneMatch(value -> value.contains("secret"));
  }

  @Test
  void addressIsTheBucketsOnAwsAndElsewhereAPath() {
    assertThat(new PostForms("eu-central-1", null).sign("acme", "k", false, KEY, NOW).url())
        .isEqualTo(URI.create("https://acme.s3.eu-central-1.amazonaws.com/"));
    assertThat(
            new PostForms("eu-central-1", URI.create("https://objects.test:9000/"))
                .sign("acme", "k", false, KEY, NOW)
                .url())
        .isEqualTo(URI.create("https://objects.test:9000/acme"));
  }
}
