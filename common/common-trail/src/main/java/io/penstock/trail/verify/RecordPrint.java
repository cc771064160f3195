package io.penstock.trail.verify;

import io.penstock.trail.CanonicalJson;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Eight bytes that stand for a record, whether it is read in the log or shown by the search: a hash
 * over what both tell. Long values stand in the log by their SHA-256 only, and so they do here.
 *
 * <p>The lowest bit says that {@code params} and {@code results} are not part of it, because they
 * stand beside the log as a whole.
 */
final class RecordPrint {
  private static final int LONG = 256;
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
    JsonNode params = record.path("params");
    boolean beside =
        isReference(params)
            || isReference(record.path("results"))
            || isReference(params.path("attachments"));
    return print(record, replaced, !beside);
  }

  /** Whether a row shows the record of this print. */
  static boolean fits(long print, JsonNode row) {
    return print(row, null, (print & 1) == 0) == print;
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
  private static long print(JsonNode node, @Nullable Set<String> replaced, boolean values) {
    StringBuilder text = new StringBuilder();
    for (Member member : MEMBERS) {
      JsonNode value = node.at(replaced != null ? member.record : member.row);
      text.append(plain(member, value, replaced == null ? Set.of() : replaced)).append('\n');
    }
    if (values) {
      append(text, node.path("params"));
      append(text, node.path("results"));
    }
    long hash = ByteBuffer.wrap(sha256(text.toString())).getLong();
    return values ? (hash & ~1L) == 0 ? 2 : hash & ~1L : hash | 1;
  }

  private static String plain(Member member, JsonNode value, Set<String> replaced) {
    String text = plain(value, replaced);
    return switch (member.record) {
      case "/time" -> second(text);
      case "/kind", "/outcome" -> text.toLowerCase(Locale.ROOT);
      default -> text;
    };
  }

  /** The search shows times to the second. */
  private static String second(String text) {
    Instant time = time(text);
    return time == null ? text : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** What is not there, null, empty and 0 are one; a number is as good as its text. */
  private static String plain(JsonNode value, Set<String> replaced) {
    if (value.isNumber()) {
      BigDecimal number = value.decimalValue();
      return number.signum() == 0 ? "" : number.stripTrailingZeros().toPlainString();
    }
    return value.isString() ? boundedText(value.asString(""), replaced) : "";
  }

  /** A text that looks like a reference, and is none, may have given way whatever its length. */
  private static String boundedText(String text, Set<String> replaced) {
    Matcher reference = REFERENCE.matcher(text);
    if (reference.matches() && replaced.contains(reference.group(1))) {
      return reference.group(1);
    }
    return text.length() >= LONG || text.startsWith(REFERENCE_BEGIN)
        ? HexFormat.of().formatHex(sha256(text))
        : text;
  }

  /** A member is long by its bytes as the log counts them, a text by its characters. */
  private static String boundedMember(byte[] json) {
    if (json.length >= LONG) {
      return HexFormat.of().formatHex(sha256(json));
    }
    String text = new String(json, StandardCharsets.UTF_8);
    Matcher reference = REFERENCE.matcher(text);
    return reference.matches() ? reference.group(1) : text;
  }

  private static void append(StringBuilder text, JsonNode map) {
    map.propertyNames().stream()
        .sorted()
        .forEach(
            name -> {
              byte[] json = CanonicalJson.of(map.path(name));
              text.append(name).append('=').append(boundedMember(json)).append('\n');
            });
    text.append('\n');
  }

  private static boolean isReference(JsonNode value) {
    return value.size() == 2 && value.path("bytes").isNumber() && value.path("sha256").isString();
  }

  private static byte[] sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
