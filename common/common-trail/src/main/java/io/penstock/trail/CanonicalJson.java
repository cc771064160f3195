package io.penstock.trail;

import io.penstock.model.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.erdtman.jcs.NumberToJSON;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * JSON with one form only (RFC 8785): members sorted, no spaces, numbers as ECMAScript writes them.
 *
 * <p>That form knows no numbers but IEEE doubles. A number whose digits would change on the way
 * through one, such as 2^53 + 1, becomes a string, so that nothing is altered without a trace. Half
 * of a surrogate pair, which UTF-8 cannot say, becomes U+FFFD.
 *
 * <p>Values are written once, in one pass, by a mapper whose output is this form: a canonicalizer
 * behind a mapper would parse every record again. Tests compare it with one.
 */
public final class CanonicalJson {
  private static final JsonMapper MAPPER =
      Json.mapper()
          .rebuild()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE, JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .addModule(numbers())
          .build();

  private static final JsonMapper READER =
      Json.mapper()
          .rebuild()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private CanonicalJson() {}

  /** Of a JSON text. */
  public static byte[] of(String json) {
    return ofValue(READER.readValue(json, Object.class));
  }

  public static byte[] of(JsonNode json) {
    return of(json.toString());
  }

  /** Of anything that {@link Json#mapper()} could write: records, maps, lists, texts, numbers. */
  public static byte[] ofValue(@Nullable Object value) {
    try {
      byte[] json = MAPPER.writeValueAsBytes(value);
      return hasHalfPair(json) ? ofBroken(value) : json;
    } catch (JacksonException _) {
      return ofBroken(value);
    }
  }

  /** Half a pair cannot be written as UTF-8; it can as text. */
  private static byte[] ofBroken(@Nullable Object value) {
    Object read = READER.readValue(MAPPER.writeValueAsString(value), Object.class);
    return MAPPER.writeValueAsBytes(whole(read));
  }

  /** What is whole is not escaped. */
  private static boolean hasHalfPair(byte[] json) {
    for (int i = 0; i + 3 < json.length; i++) {
      if (json[i] == '\\') {
        if (json[i + 1] == 'u' && json[i + 2] == 'd' && json[i + 3] >= '8') {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** Whether the bytes are JSON in this form. */
  public static boolean isCanonical(byte[] json) {
    try {
      return Arrays.equals(json, of(new String(json, StandardCharsets.UTF_8)));
    } catch (JacksonException _) {
      return false;
    }
  }

  private static @Nullable Object whole(@Nullable Object value) {
    return switch (value) {
      case String text -> wholeText(text);
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        list.forEach(member -> copy.add(whole(member)));
        yield copy;
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, member) -> copy.put(wholeText(String.valueOf(name)), whole(member)));
        yield copy;
      }
      case null, default -> value;
    };
  }

  private static String wholeText(String text) {
    return text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static SimpleModule numbers() {
    SimpleModule module = new SimpleModule("canonical numbers");
    module.addSerializer(Long.class, new Numbers<>());
    module.addSerializer(long.class, new Numbers<>());
    module.addSerializer(BigInteger.class, new Numbers<>());
    module.addSerializer(BigDecimal.class, new Numbers<>());
    module.addSerializer(Double.class, new Numbers<>());
    module.addSerializer(double.class, new Numbers<>());
    module.addSerializer(Float.class, new Numbers<>());
    module.addSerializer(float.class, new Numbers<>());
    return module;
  }

  private static final class Numbers<T> extends ValueSerializer<T> {

    @Override
    public void serialize(T value, JsonGenerator out, SerializationContext context) {
      switch (value) {
        case Long number when Math.abs(number) <= 1L << 53 && number != Long.MIN_VALUE ->
            out.writeNumber(number);
        case Long number when isExact(BigDecimal.valueOf(number)) ->
            out.writeNumber(ecma(number.doubleValue()));
        case BigInteger number when isExact(new BigDecimal(number)) ->
            out.writeNumber(ecma(number.doubleValue()));
        case BigDecimal number when isExact(number) -> out.writeNumber(ecma(number.doubleValue()));
        case Double number when Double.isFinite(number) -> out.writeNumber(ecma(number));
        case Float number when Float.isFinite(number) ->
            out.writeNumber(ecma(Double.parseDouble(number.toString())));
        default -> out.writeString(value.toString());
      }
    }

    /** Whether the double nearest to it is written with the same digits. */
    private static boolean isExact(BigDecimal number) {
      double nearest = number.doubleValue();
      return Double.isFinite(nearest)
          && new BigDecimal(Double.toString(nearest)).compareTo(number) == 0;
    }

    private static String ecma(double number) {
      try {
        return NumberToJSON.serializeNumber(number);
      } catch (IOException e) {
        throw new IllegalArgumentException("Not a number of JSON: " + number, e);
      }
    }
  }
}
