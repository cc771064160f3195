package io.penstock.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What callers may send in forms comes back out of JSON. */
class JsonTest {

  @Test
  void nameOfAnyLengthIsReadAgain() {
    Map<String, Object> sent = Map.of("č".repeat(200_000), "1");

    assertThat(read(sent)).isEqualTo(sent);
  }

  /** Two pairs of letters have the same hash, whatever its seed; so have all rows of them. */
  @Test
  void namesWhoseHashesCollideAreReadAgain() {
    Map<String, Object> sent = new LinkedHashMap<>();
    for (int i = 0; i < 1 << 12; i++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 12; bit++) {
        name.append((i >> bit & 1) == 0 ? "ab" : "bA");
      }
      sent.put(name.toString(), i);
    }

    assertThat(read(sent)).isEqualTo(sent);
  }

  private static Object read(Map<String, Object> sent) {
    String json = Json.write(sent);
    Object text = Json.read(json, Object.class);
    assertThat(Json.mapper().readValue(json.getBytes(StandardCharsets.UTF_8), Object.class))
        .isEqualTo(text);
    return text;
  }
}
