package io.penstock.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.penstock.model.Json;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SessionPolicyTest {
  private static final String KEY = "exp-15/12/files/2026/11/23/171.users.csv";
  private static final String OBJECT = "arn:aws:s3:::acme/" + KEY;

  private final SessionPolicy policies = new SessionPolicy("aws", "eu-central-1");

  @Test
  void uploadOfOneKeyAllowsThatKeyOnly() {
    JsonNode policy = parse(policies.forUpload("acme", KEY, false, true));

    assertThat(resources(policy)).containsOnly(OBJECT);
    assertThat(actions(policy, "Allow"))
        .containsExactlyInAnyOrder(
            "s3:PutObject",
            "s3:PutObjectAcl",
            "s3:AbortMultipartUpload",
            "s3:ListMultipartUploadParts");
  }

  @Test
  void uploadOfSlicesAllowsThePrefix() {
    JsonNode policy = parse(policies.forUpload("acme", KEY, true, true));

    assertThat(resources(policy)).containsOnly(OBJECT + "*");
  }

  @Test
  void putWithoutTheEncryptionHeaderIsDeniedWhereItIsRequired() {
    JsonNode deny =
        statements(parse(policies.forUpload("acme", KEY, false, true))).stream()
            .filter(s -> s.path("Effect").asString().equals("Deny"))
            .findFirst()
            .orElseThrow();

    assertThat(deny.path("Action").path(0).asString()).isEqualTo("s3:PutObject");
    assertThat(
            deny.path("Condition")
                .path("StringNotEquals")
                .path("s3:x-amz-server-side-encryption")
                .asString())
        .isEqualTo("AES256");
  }

  @Test
  void plainUploadDeniesNothingAndMayUseTheBucketsKeyThroughS3() {
    JsonNode policy = parse(policies.forUpload("acme", KEY, false, false));

    assertThat(actions(policy, "Deny")).isEmpty();
    JsonNode key = statements(policy).getLast();
    assertThat(key.path("Action").path(0).asString()).isEqualTo("kms:GenerateDataKey");
    assertThat(key.path("Condition").path("StringEquals").path("kms:ViaService").asString())
        .isEqualTo("s3.eu-central-1.amazonaws.com");
  }

  @Test
  void uploadCannotMakeAnObjectPublic() {
    JsonNode put = statements(parse(policies.forUpload("acme", KEY, false, true))).getFirst();

    assertThat(put.path("Condition").path("StringEqualsIfExists").path("s3:x-amz-acl").asString())
        .isEqualTo("private");
  }

  @Test
  void downloadReadsAndListsThePrefixOnly() {
    JsonNode policy = parse(policies.forDownload("acme", KEY));

    assertThat(actions(policy, "Allow"))
        .containsExactly("s3:GetObject", "s3:ListBucket", "kms:Decrypt");
    JsonNode list = statements(policy).get(1);
    assertThat(list.path("Resource").asString()).isEqualTo("arn:aws:s3:::acme");
    assertThat(list.path("Condition").path("StringLike").path("s3:prefix").asString())
        .isEqualTo(KEY + "*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "exp-15/12/f*.t1", "exp-15/12/a?b", "exp-15/${aws:username}/x"})
  void nameThatMeansMoreThanItselfIsRefused(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policies.forUpload("acme", key, false, true));
    assertThatIllegalArgumentException().isThrownBy(() -> policies.forDownload("acme", key));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policies.forUpload(key, "a", false, true));
  }

  @Test
  void quotesInANameStayInsideItsText() {
    String key = "a\",\"Resource\":\"arn:aws:s3:::other/";

    JsonNode policy = parse(policies.forUpload("acme", key, false, true));

    assertThat(resources(policy)).containsOnly("arn:aws:s3:::acme/" + key);
  }

  @Test
  void longestUsualKeyFitsAndALongerOneIsRefused() {
    assertThat(policies.forUpload("b".repeat(63), "k".repeat(255), true, true))
        .hasSizeLessThanOrEqualTo(SessionPolicy.LARGEST);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> policies.forUpload("acme", "k".repeat(1024), true, true))
        .withMessageContaining("too long");
  }

  private static JsonNode parse(String policy) {
    return Json.mapper().readTree(policy);
  }

  private static List<JsonNode> statements(JsonNode policy) {
    return StreamSupport.stream(policy.path("Statement").spliterator(), false).toList();
  }

  private static List<String> resources(JsonNode policy) {
    return statements(policy).stream().map(s -> s.path("Resource").asString()).toList();
  }

  private static List<String> actions(JsonNode policy, String effect) {
    return statements(policy).stream()
        .filter(s -> s.path("Effect").asString().equals(effect))
        .flatMap(s -> StreamSupport.stream(s.path("Action").spliterator(), false))
        .map(JsonNode::asString)
        .toList();
  }
}
