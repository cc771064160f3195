package io.penstock.aws;

import io.penstock.model.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Session policies for one key or prefix. Names become policy text only after {@link #literal} has
 * seen that no character in them means more than itself, so that an object called {@code *} opens
 * nothing but refuses to be granted.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html">GetFederationToken</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html">condition
 *     keys of S3</a>
 */
final class SessionPolicy {
  /** The API's own limit, in characters. */
  static final int LARGEST = 2048;

  private final String partition;
  private final String region;

  SessionPolicy(String partition, String region) {
    this.partition = partition;
    this.region = region;
  }

  String forUpload(String bucket, String key, boolean prefix, boolean requireEncryptionHeader) {
    String resource = objects(bucket, key, prefix);
    var statements = JsonNodeFactory.instance.arrayNode();
    // UploadPart carries no ACL header, hence IfExists.
    condition(
        statement(statements, "Allow", resource, "s3:PutObject", "s3:PutObjectAcl"),
        "StringEqualsIfExists",
        "s3:x-amz-acl",
        "private");
    statement(
        statements, "Allow", resource, "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts");
    if (requireEncryptionHeader) {
      // A negated operator also matches when the header is missing.
      condition(
          statement(statements, "Deny", resource, "s3:PutObject"),
          "StringNotEquals",
          "s3:x-amz-server-side-encryption",
          "AES256");
    } else {
      keys(statements, "kms:GenerateDataKey", "kms:Decrypt");
    }
    return text(statements);
  }

  String forDownload(String bucket, String keyPrefix) {
    var statements = JsonNodeFactory.instance.arrayNode();
    statement(statements, "Allow", objects(bucket, keyPrefix, true), "s3:GetObject");
    condition(
        statement(statements, "Allow", bucketArn(bucket), "s3:ListBucket"),
        "StringLike",
        "s3:prefix",
        literal(keyPrefix) + "*");
    keys(statements, "kms:Decrypt");
    return text(statements);
  }

  /**
   * Objects rest under the bucket's KMS key: whoever may read or write one needs that key, through
   * S3 only.
   */
  private void keys(ArrayNode statements, String... actions) {
    condition(
        statement(statements, "Allow", "*", actions),
        "StringEquals",
        "kms:ViaService",
        "s3." + region + ".amazonaws.com");
  }

  private String objects(String bucket, String key, boolean prefix) {
    return bucketArn(bucket) + "/" + literal(key) + (prefix ? "*" : "");
  }

  private String bucketArn(String bucket) {
    return "arn:" + partition + ":s3:::" + literal(bucket);
  }

  private static ObjectNode statement(
      ArrayNode statements, String effect, String resource, String... actions) {
    ObjectNode statement = statements.addObject();
    statement.put("Effect", effect);
    ArrayNode list = statement.putArray("Action");
    for (String action : actions) {
      list.add(action);
    }
    statement.put("Resource", resource);
    return statement;
  }

  private static void condition(ObjectNode statement, String operator, String name, String value) {
    statement.putObject("Condition").putObject(operator).put(name, value);
  }

  private static String text(ArrayNode statements) {
    ObjectNode policy = JsonNodeFactory.instance.objectNode();
    policy.put("Version", "2012-10-17");
    policy.set("Statement", statements);
    String text = Json.write(policy);
    if (text.length() > LARGEST) {
      throw new IllegalArgumentException(
          "The key is too long: its session policy has " + text.length() + " characters");
    }
    return text;
  }

  /** The name itself, when every character in it stands for itself in a policy. */
  static String literal(String name) {
    if (name.isEmpty() || name.contains("*") || name.contains("?") || name.contains("${")) {
      throw new IllegalArgumentException(
          "No credentials are issued for a name that is empty or holds *, ? or ${");
    }
    return name;
  }
}
