package io.penstock.trail.verify;

import static java.util.stream.Collectors.toSet;

import io.penstock.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * What an entry says of itself.
 *
 * @param index its member {@code index}; {@link #UNREADABLE} when there is none
 * @param id of the record, when it is one
 * @param time of the record, when it is one
 * @param record the record's members; missing when the entry is not JSON
 * @param replaced the SHA-256 of what stands beside the entry
 */
record Entry(
    long index, @Nullable UUID id, @Nullable Instant time, JsonNode record, Set<String> replaced) {
  static final long UNREADABLE = -1;

  /** {@code String.getBytes} never gives what is no UTF-8, so such an entry is not JSON here. */
  static Entry parse(byte[] bytes) {
    JsonNode json;
    try {
      json = Json.mapper().readTree(new String(bytes, StandardCharsets.UTF_8));
    } catch (JacksonException _) {
      json = MissingNode.getInstance();
    }
    JsonNode record = json.path("record");
    return new Entry(
        json.path("index").canConvertToLong() ? json.path("index").asLong() : UNREADABLE,
        id(record.path("id").asString("")),
        time(record.path("time").asString("")),
        record,
        json.path("replaced").valueStream().map(hash -> hash.asString("")).collect(toSet()));
  }

  /** When the id was made, where it is of version 7 (RFC 9562, section 5.7). */
  @Nullable Instant idTime() {
    return idTime(id);
  }

  static @Nullable Instant idTime(@Nullable UUID id) {
    return id == null || id.version() != 7
        ? null
        : Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }

  static @Nullable UUID id(String text) {
    try {
      return text.length() == 36 ? UUID.fromString(text) : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static @Nullable Instant time(String text) {
    try {
      return text.isEmpty() ? null : Instant.parse(text);
    } catch (DateTimeException _) {
      return null;
    }
  }
}
