package io.penstock.storage.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;

class ParamsReaderTest {

  @Test
  void bracketsNest() throws IOException {
    Params params =
        form(
            "tags[]=x&tags[]=y&bucketPermissions[in.c-main]=read&whereFilters[0][column]=a"
                + "&whereFilters[0][values][1]=p&whereFilters[0][values][3]=q");

    assertThat(params.list("tags")).containsExactly("x", "y");
    assertThat(params.map("bucketPermissions")).isEqualTo(Map.of("in.c-main", "read"));
    Params filter = params.objects("whereFilters").getFirst();
    assertThat(filter.text("column")).isEqualTo("a");
    assertThat(filter.list("values")).containsExactly("p", "q");
  }

  @Test
  void repeatedPlainNameIsAList() throws IOException {
    assertThat(form("tableIds=a&tableIds=b&tableIds=c").list("tableIds"))
        .containsExactly("a", "b", "c");
  }

  @Test
  void lastOfRepeatedScalarsCountsAsInPhp() throws IOException {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
    request.setQueryString("limit=1&limit=2&async=0&async=1&q=a&q=b&q=c");

    Params params = ParamsReader.read(request);

    assertThat(params.number("limit")).isEqualTo(2);
    assertThat(params.flag("async", false)).isTrue();
    assertThat(params.text("q")).isEqualTo("c");
    assertThat(params.list("q")).containsExactly("a", "b", "c");
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> json("{\"limit\":[1,2]}").number("limit"));
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> form("limit[]=1&limit[]=2").number("limit"));
  }

  @Test
  void emptyItemOfAFormIsAnEmptyMap() throws IOException {
    Params params = form("bucketPermissions[]=");

    assertThat(params.has("bucketPermissions")).isTrue();
    assertThat(params.map("bucketPermissions")).isEmpty();
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> form("bucketPermissions[]=read").map("bucketPermissions"));
  }

  @Test
  void appendedOnesFollowWhereverOthersStand() throws IOException {
    assertThat(form("a[2]=x&a[3]=y&a[]=z&a[]=u&a[1]=v&a[]=w").list("a"))
        .containsExactly("x", "y", "z", "u", "v", "w");
    StringBuilder hostile = new StringBuilder("b=c");
    for (int n = 0; n < 9_000; n++) {
      hostile.append("&a[").append(9_000 + n).append("]=");
    }
    hostile.append("&a[]=1".repeat(9_000));
    assertThat(form(hostile.toString()).list("a")).hasSize(18_000);
  }

  @Test
  void jsonIsRefusedThatIsNestedDeeperThanARecordCanBe() throws IOException {
    assertThat(json("{\"a\":" + "[".repeat(99) + "]".repeat(99) + "}").has("a")).isTrue();
    for (int depth : List.of(100, 400, 498, 499, 1_000, 100_000)) {
      String deep = "[".repeat(depth) + "]".repeat(depth);
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> json("{\"a\":" + deep + "}"))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST));
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> json(Json.write(Map.of("a", "{\"b\":" + deep + "}"))).jsonMap("a"))
          .satisfies(e -> assertThat(e.code().httpStatus()).isEqualTo(400));
    }
  }

  /** Eight megabytes of text would be hundreds as objects. */
  @Test
  void jsonOfMoreValuesThanAnybodyNeedsIsRefused() throws IOException {
    assertThat(json("{\"a\":[" + "1,".repeat(400_000) + "1]}").list("a")).hasSize(400_001);
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> json("{\"a\":[" + "[],".repeat(600_000) + "1]}"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST));
  }

  @Test
  void halfACharacterInJsonWithinATextIsRefused() throws IOException {
    Params params = json(Json.write(Map.of("a", "{\"b\":\"\\uD83D\"}")));

    assertThatExceptionOfType(PlatformException.class).isThrownBy(() -> params.jsonMap("a"));
  }

  @Test
  void bodyThatBreaksOffIsTheSendersFault() {
    MockHttpServletRequest request =
        new MockHttpServletRequest("POST", "/") {
          @Override
          public ServletInputStream getInputStream() {
            return new DelegatingServletInputStream(
                new InputStream() {
                  @Override
                  public int read() throws IOException {
                    throw new IOException("Invalid chunk header");
                  }

                  @Override
                  public int read(byte[] bytes, int from, int length) throws IOException {
                    return read();
                  }
                });
          }
        };
    request.setContentType("application/json");

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> ParamsReader.read(request))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST));
  }

  @Test
  void literalZeroInBracesAppends() throws IOException {
    assertThat(form("componentAccess[{0}]=a&componentAccess[{0}]=b").list("componentAccess"))
        .containsExactly("a", "b");
  }

  @Test
  void listsMayBeCommaStringsAndEmptyObjects() throws IOException {
    assertThat(json("{\"columns\":\"id,name\"}").list("columns")).containsExactly("id", "name");
    assertThat(json("{\"columns\":{}}").list("columns")).isEmpty();
    assertThat(json("{\"columns\":null}").list("columns")).isEmpty();
    assertThat(json("{\"map\":[]}").map("map")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "\"True\"", "\"TRUE\"", "1", "\"1\"", "\"on\"", "\"yes\""})
  void spellingsOfTrue(String value) throws IOException {
    assertThat(json("{\"async\":" + value + "}").flag("async", false)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "\"False\"", "0", "\"\"", "\"off\"", "\"no\""})
  void spellingsOfFalse(String value) throws IOException {
    assertThat(json("{\"async\":" + value + "}").flag("async", true)).isFalse();
  }

  @Test
  void missingAndNullAreNotGiven() throws IOException {
    Params params = json("{\"a\":null}");

    assertThat(params.has("a")).isFalse();
    assertThat(params.flag("a", true)).isTrue();
    assertThat(params.text("b")).isNull();
    assertThat(params.number("b")).isNull();
  }

  @Test
  void emptyBodyAndEmptyListAreAnEmptyObject() throws IOException {
    assertThat(json("").all()).isEmpty();
    assertThat(json("[]").all()).isEmpty();
  }

  @Test
  void wrongNumberSaysWhichParameter() throws IOException {
    Params params = json("{\"limit\":\"foo\"}");

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> params.number("limit"))
        .withMessage("limit must be a whole number")
        .matches(e -> e.code() == ErrorCode.VALIDATION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1]", "\"text\"", "{\"a\":}", "nul"})
  void brokenJsonIsMalformed(String body) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> json(body))
        .matches(e -> e.code() == ErrorCode.MALFORMED_REQUEST);
  }

  @Test
  void invalidUtf8IsMalformed() {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/");
    request.setContentType("application/json");
    request.setContent(new byte[] {'{', '"', (byte) 0xE9, '"', ':', '1', '}'});

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> ParamsReader.read(request))
        .matches(e -> e.code() == ErrorCode.MALFORMED_REQUEST);
  }

  @Test
  void bodyThatIsTooLargeIsRefused() {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/");
    request.setContentType("application/json");
    request.setContent(new byte[ParamsReader.MAX_BODY + 1]);

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> ParamsReader.read(request))
        .matches(e -> e.code() == ErrorCode.REQUEST_TOO_LARGE);
  }

  @Test
  void queryAndBodyAreOneAndTheBodyWins() throws IOException {
    MockHttpServletRequest request = new MockHttpServletRequest("DELETE", "/");
    request.setQueryString("async=1&force=False");
    request.setContentType("application/json; charset=utf-8");
    request.setContent("{\"force\":true}".getBytes(StandardCharsets.UTF_8));

    Params params = ParamsReader.read(request);

    assertThat(params.flag("async", false)).isTrue();
    assertThat(params.flag("force", false)).isTrue();
  }

  @Test
  void plainNameAndBracketsOfOneNameDoNotClash() throws IOException {
    assertThat(form("a=1&a[b]=2&a[]=3").has("a")).isTrue();
    assertThat(form("a[[b]]=1&[x]=2&a]=3").all()).isNotEmpty();
  }

  private static Params form(String body) throws IOException {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/");
    request.setContentType("application/x-www-form-urlencoded");
    request.setContent(body.getBytes(StandardCharsets.UTF_8));
    return ParamsReader.read(request);
  }

  private static Params json(String body) throws IOException {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/");
    request.setContentType("application/json");
    request.setContent(body.getBytes(StandardCharsets.UTF_8));
    return ParamsReader.read(request);
  }

  @Test
  void eventParamsMayBeJsonText() throws IOException {
    assertThat(json("{\"params\":\"{\\\"a\\\":[1]}\"}").jsonMap("params"))
        .isEqualTo(Map.of("a", List.of(1)));
  }
}
