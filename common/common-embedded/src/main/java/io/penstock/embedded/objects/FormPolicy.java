package io.penstock.embedded.objects;

import io.penstock.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a form may be sent with. Every condition must hold, and every field must have one.
 *
 * @param smallest bytes of the file
 * @param largest bytes of the file
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html">POST
 *     policy</a>
 */
record FormPolicy(Instant expiration, List<Condition> conditions, long smallest, long largest) {
  /** What S3 takes by a form at most. */
  private static final long LARGEST = 5L * 1024 * 1024 * 1024;

  private static final int MOST_CONDITIONS = 100;
  private static final Set<String> NEED_NO_CONDITION = Set.of("x-amz-signature", "policy", "file");
  private static final String IGNORED = "x-ignore-";

  FormPolicy {
    conditions = List.copyOf(conditions);
  }

  /**
   * On one field.
   *
   * @param field in lower case
   * @param exact false: the field's value begins with {@code value}
   */
  record Condition(String field, boolean exact, String value) {
    boolean holds(Map<String, String> fields) {
      String given = fields.get(field);
      return given != null && (exact ? given.equals(value) : given.startsWith(value));
    }

    @Override
    public String toString() {
      return "[\"%s\", \"$%s\", \"%s\"]".formatted(exact ? "eq" : "starts-with", field, value);
    }
  }

  /**
   * @throws S3ProxyException with InvalidPolicyDocument
   */
  static FormPolicy parse(String base64) {
    try {
      byte[] json = Base64.getDecoder().decode(base64);
      JsonNode policy = Json.mapper().readTree(new String(json, StandardCharsets.UTF_8));
      Instant expiration = Instant.parse(policy.path("expiration").asString());
      JsonNode given = policy.path("conditions");
      if (!given.isArray() || given.size() > MOST_CONDITIONS) {
        throw invalid(null);
      }
      List<Condition> conditions = new ArrayList<>();
      long smallest = 0;
      long largest = LARGEST;
      for (JsonNode condition : given) {
        if (condition.path(0).asString("").equals("content-length-range")) {
          smallest = Math.max(smallest, bytes(condition.path(1)));
          largest = Math.min(largest, bytes(condition.path(2)));
        } else {
          conditions.addAll(conditions(condition));
        }
      }
      return new FormPolicy(expiration, conditions, smallest, largest);
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      throw invalid(e);
    }
  }

  private static long bytes(JsonNode number) {
    if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
      throw invalid(null);
    }
    return number.asLong();
  }

  private static List<Condition> conditions(JsonNode condition) {
    if (condition.isObject()) {
      return condition.properties().stream()
          .map(entry -> new Condition(lower(entry.getKey()), true, text(entry.getValue())))
          .toList();
    }
    String field = condition.isArray() && condition.size() == 3 ? text(condition.get(1)) : "";
    String operator = field.startsWith("$") ? text(condition.get(0)) : "";
    if (!operator.equals("eq") && !operator.equals("starts-with")) {
      throw invalid(null);
    }
    return List.of(
        new Condition(lower(field.substring(1)), operator.equals("eq"), text(condition.get(2))));
  }

  private static String text(JsonNode node) {
    if (!node.isString()) {
      throw invalid(null);
    }
    return node.asString();
  }

  /**
   * @param fields by their names in lower case, the bucket among them
   * @throws S3ProxyException with AccessDenied
   */
  void check(Map<String, String> fields, Instant now) {
    if (!now.isBefore(expiration)) {
      throw denied("Policy expired.");
    }
    Set<String> known = new HashSet<>(NEED_NO_CONDITION);
    for (Condition condition : conditions) {
      if (!condition.holds(fields)) {
        throw denied("Policy Condition failed: " + condition);
      }
      known.add(condition.field());
    }
    for (String field : fields.keySet()) {
      if (!known.contains(field) && !field.startsWith(IGNORED)) {
        throw denied("Extra input fields: " + field);
      }
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static S3ProxyException denied(String reason) {
    return new S3ProxyException(
        S3ErrorCode.ACCESS_DENIED, "Invalid according to Policy: " + reason);
  }

  private static S3ProxyException invalid(@org.jspecify.annotations.Nullable Throwable cause) {
    return new S3ProxyException(
        S3ErrorCode.INVALID_POLICY_DOCUMENT,
        "Invalid Policy: the form's policy is malformed.",
        cause);
  }
}
