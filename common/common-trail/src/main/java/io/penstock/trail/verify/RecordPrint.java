package io.penstock.trail.verify;

import io.penstock.trail.CanonicalJson;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Eight bytes that stand for a record, whether it is read in the log or shown by the search: a hash
 * over what both tell. What stands beside the log is in the entry by its SHA-256 only, and so is
 * every long value here. The search shows it whole: a row that has the entry's reference instead,
 * because the value is lost or is another, does not fit.
 *
 * <p>The lowest bits say how {@code params} and {@code results} are part of it.
 */
final class RecordPrint {
  private static final int LONG = 256;

  /** {@code params} stand beside the log as one. */
  private static final int PARAMS_WHOLE = 1;

  /** {@code results} stand beside the log as one. */
  private static final int RESULTS_WHOLE = 2;

  /**
   * {@code params} are part of it by their attachments only: both stand beside the log, each as
   * one, and the search shows them as one.
   */
  private static final int PARAMS_MIXED = 4;

  private static final String ATTACHMENTS = "attachments";

  private static final int FORMS = PARAMS_WHOLE | RESULTS_WHOLE | PARAMS_MIXED;
  private static final String PARAMS = "params";
  private static final String RESULTS = "results";
  private static final String REFERENCE_BEGIN = "{\"bytes\":";
  private static final Pattern REFERENCE =
      Pattern.compile("\\{\"bytes\":[0-9]+,\"sha256\":\"([0-9a-f]{64})\"}");

  private static final DateTimeFormatter ROW_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss[XXX][xx]");

  /** Where a row has what, and where the record has it. */
  private record Member(String row, String record) {}

  private static final List<Member> MEMBERS =
      List.of(
          new Member("/uuid", "/id"),
          new Member("/id", "/number"),
          new Member("/kind", "/kind"),
          new Member("/event", "/operation"),
          new Member("/component", "/component"),
          new Member("/configurationId", "/configurationId"),
          new Member("/message", "/message"),
          new Member("/description", "/description"),
          new Member("/type", "/type"),
          new Member("/runId", "/runId"),
          new Member("/created", "/time"),
          new Member("/objectId", "/object/id"),
          new Member("/objectName", "/object/name"),
          new Member("/objectType", "/object/type"),
          new Member("/token/id", "/actor/id"),
          new Member("/token/name", "/actor/description"),
          new Member("/context/remoteAddr", "/source/address"),
          new Member("/context/httpUserAgent", "/source/userAgent"),
          new Member("/context/httpReferer", "/source/referer"),
          new Member("/outcome", "/outcome"),
          new Member("/status", "/status"),
          new Member("/exceptionId", "/exceptionId"));

  private RecordPrint() {}

  /**
   * @param replaced the hashes that stand for something; whatever else looks like a reference is
   *     what somebody sent
   */
  static long ofRecord(JsonNode record, Set<String> replaced) {
    JsonNode params = record.path(PARAMS);
    int forms = 0;
    if (standsFor(params, replaced)) {
      forms |= params.size() == 2 ? PARAMS_WHOLE : PARAMS_MIXED;
    }
    if (standsFor(record.path(RESULTS), replaced)) {
      forms |= RESULTS_WHOLE;
    }
    return print(record, replaced, forms);
  }

  /** Whether it is a reference to what stands beside the log, alone or with attachments. */
  private static boolean standsFor(JsonNode value, Set<String> replaced) {
    return value.size() == (value.has(ATTACHMENTS) ? 3 : 2)
        && value.path("bytes").isNumber()
        && replaced.contains(value.path("sha256").asString(""));
  }

  /** Whether a row shows the record of this print. */
  static boolean fits(long print, JsonNode row) {
    return print(row, null, (int) print & FORMS) == print;
  }

  /** A time as either of them writes it. */
  static @Nullable Instant time(String text) {
    try {
      return text.endsWith("Z")
          ? Instant.parse(text)
          : OffsetDateTime.parse(text, ROW_TIME).toInstant();
    } catch (DateTimeException _) {
      return null;
    }
  }

  /**
   * @param replaced null: a row, where everything is whole
   */
  private static long print(JsonNode node, @Nullable Set<String> replaced, int forms) {
    Set<String> beside = replaced == null ? Set.of() : replaced;
    StringBuilder text = new StringBuilder();
    for (Member member : MEMBERS) {
      JsonNode value = node.at(replaced != null ? member.record : member.row);
      append(text, plain(member, value, beside));
    }
    JsonNode params = node.path(PARAMS);
    if ((forms & PARAMS_MIXED) != 0) {
      appendMember(text, params.path(ATTACHMENTS), beside);
    } else {
      appendMap(text, params, (forms & PARAMS_WHOLE) != 0, beside);
    }
    appendMap(text, node.path(RESULTS), (forms & RESULTS_WHOLE) != 0, beside);
    byte[] hash = Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8));
    long print = (ByteBuffer.wrap(hash).getLong() & ~FORMS) | forms;
    return print == 0 ? FORMS + 1 : print;
  }

  /** With its length: what follows one another must not read as something else. */
  private static void append(StringBuilder text, String part) {
    text.append(part.length()).append(':').append(part);
  }

  private static String plain(Member member, JsonNode value, Set<String> replaced) {
    String text = plain(value);
    return switch (member.record) {
      case "/time" -> second(text);
      case "/kind", "/outcome" -> text.toLowerCase(Locale.ROOT);
      default -> bounded(text, replaced);
    };
  }

  /** The search shows times to the second. */
  private static String second(String text) {
    Instant time = time(text);
    return time == null ? text : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** What is not there, null, empty and 0 are one; a number is as good as its text. */
  private static String plain(JsonNode value) {
    if (value.isNumber()) {
      BigDecimal number = value.decimalValue();
      return number.signum() == 0 ? "" : number.stripTrailingZeros().toPlainString();
    }
    return value.isString() ? value.asString("") : "";
  }

  /**
   * The text, or the hash of what it is or stands for; one is never taken for the other. A text
   * that looks like a reference, and is none, may have given way whatever its length.
   */
  private static String bounded(String text, Set<String> replaced) {
    Matcher reference = REFERENCE.matcher(text);
    if (reference.matches() && replaced.contains(reference.group(1))) {
      return hashed(reference.group(1));
    }
    return text.length() >= LONG || text.startsWith(REFERENCE_BEGIN)
        ? hashed(Sha256.hex(text.getBytes(StandardCharsets.UTF_8)))
        : "text " + text;
  }

  private static String hashed(String sha256) {
    return "sha256 " + sha256;
  }

  /** A member is long by its bytes as the log counts them, a text by its characters. */
  private static void appendMember(StringBuilder text, JsonNode value, Set<String> replaced) {
    if (!value.isMissingNode()) {
      byte[] json = CanonicalJson.of(value);
      append(
          text,
          json.length >= LONG
              ? hashed(Sha256.hex(json))
              : bounded(new String(json, StandardCharsets.UTF_8), replaced));
    }
  }

  private static void appendMap(
      StringBuilder text, JsonNode map, boolean whole, Set<String> replaced) {
    if (whole && standsFor(map, replaced)) {
      append(text, hashed(map.path("sha256").asString("")));
    } else if (whole && map.isObject()) {
      append(text, hashed(Sha256.hex(CanonicalJson.of(map))));
    } else {
      append(text, Integer.toString(map.size()));
      map.propertyNames().stream()
          .sorted()
          .forEach(
              name -> {
                append(text, name);
                appendMember(text, map.path(name), replaced);
              });
    }
  }
}
