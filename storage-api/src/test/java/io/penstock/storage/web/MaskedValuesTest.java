package io.penstock.storage.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedValuesTest {
  private static final String SECRET = "Zebra7Quagga3Okapi9";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "dbPassword",
        "#anything",
        "client_secret",
        "access_token",
        "awsCredentials",
        "Authorization",
        "signature",
        "connectionString",
        "connection_string",
        "private_key",
        "apiKey",
        "accountKey",
        "passphrase",
        "PWD"
      })
  void valueOfATellingNameIsMasked(String name) {
    assertThat(shown(Map.of(name, SECRET))).doesNotContain(SECRET);
    assertThat(shown(Map.of("a", List.of(Map.of(name, SECRET))))).doesNotContain(SECRET);
    assertThat(shown(Map.of(name, Map.of("deeper", List.of(SECRET))))).doesNotContain(SECRET);
    assertThat(shown(Map.of("metadata", List.of(Map.of("key", name, "value", SECRET)))))
        .doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://jane:Zebra7Quagga3Okapi9@db.example.org/x",
        "jdbc:postgresql://db/x?user=jane&password=Zebra7Quagga3Okapi9",
        "Server=db;Pwd=Zebra7Quagga3Okapi9;",
        "{\"parameters\":{\"#token\":\"Zebra7Quagga3Okapi9\"}}",
        "{\"parameters\":{\"password\":\"Zebra7Quagga3Okapi9\"}}",
        "Authorization: Bearer Zebra7Quagga3Okapi9Zebra7Quagga3Okapi9",
        "12-345-Zebra7Quagga3Okapi9Zebra7Quagga3Okapi9",
        "-----BEGIN PRIVATE KEY-----\nZebra7Quagga3Okapi9\n-----END PRIVATE KEY-----"
      })
  void whatLooksLikeASecretIsMaskedUnderAnyName(String text) {
    assertThat(shown(Map.of("note", text))).doesNotContain(SECRET);
    assertThat(shown(Map.of("note", text + " x".repeat(3000)))).doesNotContain(SECRET);
    assertThat(Json.write(MaskedValues.whole(Map.of("note", text)))).doesNotContain(SECRET);
  }

  /** Nobody's cores are held by a name, and no line end hides what it tells of. */
  @Test
  void hostileNamesTakeLinearTime() {
    String hostile = "pwd".repeat(2_000_000) + "\n";
    Map<String, Object> sent = new LinkedHashMap<>();
    sent.put("key", hostile);
    sent.put("name", hostile);
    sent.put(hostile, "x");
    sent.put("token".repeat(1_000_000) + "\n", 7);
    sent.put("value", "hunter2");
    sent.put("x\npassword", "hunter2");
    sent.put("#x\n", "hunter2");

    Map<String, Object> masked =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(20), () -> MaskedValues.bounded(sent));

    assertThat(Json.write(masked)).doesNotContain("hunter2");
  }

  @Test
  void flagsCountsAndOrdinaryValuesStay() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("canManageTokens", true);
    values.put("tokensCount", 5);
    values.put("includeTokens", "1");
    values.put("name", "users");
    values.put("primaryKey", "id");
    values.put("nothing", null);
    values.put("rows", Arrays.asList(1, null, 2.5));

    assertThat(Json.write(MaskedValues.whole(values))).isEqualTo(Json.write(values));
    assertThat(shown(Map.of("password", 1234))).doesNotContain("1234");
  }

  @Test
  void ofACallLongValuesAreCutAndDataIsOnlyCounted() {
    assertThat(shown(Map.of("note", "x".repeat(10_000)))).hasSizeLessThan(600);
    assertThat(shown(Map.of("dataString", "id\n1\n"))).contains("5 characters");
    assertThat(shown(Map.of("dataUrl", "https://u:p@host/a?sig=b"))).contains("https://…@host/a?…");
    assertThat(Json.write(MaskedValues.whole(Map.of("note", "x".repeat(10_000)))))
        .hasSizeGreaterThan(10_000);
  }

  @Test
  void ofACallSoMuchIsKeptThatItsRecordCanAlwaysBeSent() {
    List<String> texts = Collections.nCopies(50, "x".repeat(500));
    Map<String, Object> much = Map.of("a", Collections.nCopies(50, Collections.nCopies(50, texts)));
    Map<String, Object> names = new LinkedHashMap<>();
    for (int n = 0; n < 50; n++) {
      names.put(n + "y".repeat(480), Map.of("z".repeat(480), List.of(1, 2)));
    }
    Object deep = 1;
    for (int n = 0; n < 99; n++) {
      deep = n % 2 == 0 ? List.of(deep) : Map.of("d", deep);
    }

    assertThat(shown(much)).hasSizeBetween(20_000, 40_000).contains("…");
    assertThat(shown(names)).hasSizeBetween(20_000, 40_000).contains("…");
    assertThat(shown(Map.of("deep", deep))).hasSizeLessThan(200).contains("…");
    assertThat(shown(Map.of("n", new BigInteger("7".repeat(900))))).hasSizeLessThan(600);
  }

  @Test
  void noCharacterIsCutInHalf() {
    for (int before = 495; before < 505; before++) {
      String cut = shown(Map.of("note", "x".repeat(before) + "\uD83D\uDE00".repeat(10)));

      assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(cut)).isTrue();
      assertThat(cut).endsWith("…\"}");
    }
  }

  private static String shown(Map<String, ?> values) {
    return Json.write(MaskedValues.bounded(values));
  }
}
