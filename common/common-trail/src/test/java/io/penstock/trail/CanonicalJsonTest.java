package io.penstock.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class CanonicalJsonTest {
  private final Random random = new Random(11);

  /** The example of RFC 8785, section 3.2.2, in its canonical form of section 3.2.4. */
  @Test
  void exampleOfTheStandardComesOut() {
    String json =
        """
        {
          "numbers": [333333333.3333333, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
          "literals": [null, true, false]
        }
        """;

    assertThat(text(CanonicalJson.of(json)))
        .isEqualTo(
            "{\"literals\":[null,true,false],"
                + "\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  @Test
  void agreesWithACanonicalizerOnWhateverItWrites() throws IOException {
    for (int i = 0; i < 2000; i++) {
      Object value = Map.of("value", value(4));
      byte[] mine = CanonicalJson.ofValue(value);

      assertThat(mine).isEqualTo(new JsonCanonicalizer(Json.write(value)).getEncodedUTF8());
      assertThat(CanonicalJson.of(text(mine))).isEqualTo(mine);
      assertThat(CanonicalJson.isCanonical(mine)).isTrue();
    }
  }

  @Test
  void numberThatADoubleWouldAlterBecomesText() {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("a", 1L << 53);
    numbers.put("b", (1L << 53) + 1);
    numbers.put("c", Long.MIN_VALUE);
    numbers.put("d", new BigInteger("123456789012345678901234567890"));
    numbers.put("e", new BigDecimal("0.1"));
    numbers.put("f", new BigDecimal("0.12345678901234567890"));
    numbers.put("g", new BigDecimal("1E+400"));
    numbers.put("h", Double.NaN);
    numbers.put("i", -0.0);
    numbers.put("j", 1.5f);

    assertThat(text(CanonicalJson.ofValue(numbers)))
        .isEqualTo(
            "{\"a\":9007199254740992,\"b\":\"9007199254740993\",\"c\":\"-9223372036854775808\","
                + "\"d\":\"123456789012345678901234567890\",\"e\":0.1,"
                + "\"f\":\"0.12345678901234567890\",\"g\":\"1E+400\",\"h\":\"NaN\",\"i\":0,"
                + "\"j\":1.5}");
    assertThat(text(CanonicalJson.of("[0.12345678901234567890,1e400]")))
        .isEqualTo("[\"0.12345678901234567890\",\"1E+400\"]");
  }

  @Test
  void halfAPairOfSurrogatesIsReplaced() {
    assertThat(text(CanonicalJson.ofValue(Map.of("a\ud800", List.of("b\udc00c", "😀")))))
        .isEqualTo("{\"a\ufffd\":[\"b\ufffdc\",\"😀\"]}");
  }

  @Test
  void twoMembersOfOneNameAreRefused() {
    assertThatExceptionOfType(JacksonException.class)
        .isThrownBy(() -> CanonicalJson.of("{\"a\":1,\"a\":2}"));
    assertThat(CanonicalJson.isCanonical("{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8)))
        .isFalse();
    assertThat(CanonicalJson.isCanonical("{\"a\": 1}".getBytes(StandardCharsets.UTF_8))).isFalse();
  }

  private Object value(int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 8)) {
      case 0 -> random.nextLong() >> (11 + random.nextInt(50));
      case 1 -> random.nextInt();
      case 2 -> Double.longBitsToDouble(random.nextLong() & 0xFFEF_FFFF_FFFF_FFFFL);
      case 3 -> random.nextBoolean();
      case 4 -> random.nextInt(1000) / 100.0;
      case 5 -> string();
      case 6 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(value(depth - 1));
        }
        yield list;
      }
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          map.put(string(), value(depth - 1));
        }
        yield map;
      }
    };
  }

  /** Control characters, quotes, slashes, and both sides of the surrogates. */
  private String string() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.appendCodePoint(
          switch (random.nextInt(6)) {
            case 0 -> random.nextInt(0x20);
            case 1 -> "\"\\/<&'".charAt(random.nextInt(6));
            case 2 -> 0x10000 + random.nextInt(0x1000);
            case 3 -> 0xE000 + random.nextInt(0x1000);
            case 4 -> 0x7F + random.nextInt(0x100);
            default -> 'a' + random.nextInt(26);
          });
    }
    return text.toString();
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
