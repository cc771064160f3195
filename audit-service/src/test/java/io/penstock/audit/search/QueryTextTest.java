package io.penstock.audit.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*users",
        "?sers",
        "event:*Done",
        "path/to",
        "/us.*/",
        "event:/.*/",
        "AND",
        "a AND",
        "(a OR b",
        "a)",
        "\"open",
        "{{",
        "created:[2030-01-01 TO",
        "created:>yesterday",
        "created:2030-13-45",
        "status:many",
        "number:>9223372036854775807",
        "users~",
        "event:a:b",
        "field:",
        "\\",
        "message:b*a???????????????????????",
        "a^10000000000000000000000000000000000000000"
      })
  void brokenQueryIsToldAsSuch(String text) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> QueryText.parse(text))
        .withMessageStartingWith("Failed to parse query")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_SYNTAX))
        .satisfies(e -> assertThat(e.text()).doesNotContain("\n", "org.apache", "Exception"));
  }

  @Test
  void queryIsBounded() {
    for (String text :
        new String[] {
          "a".repeat(4001), "(".repeat(1000) + "a" + ")".repeat(1000), "a ".repeat(1900)
        }) {
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> QueryText.parse(text))
          .withMessageStartingWith("Failed to parse query");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "users",
        "in.c-main.users",
        "message:\"exact phrase\"",
        "a AND (b OR NOT c) +d -e",
        "import*",
        "path\\/to",
        "\"path/to\"",
        "event:storage.*",
        "created:>2030-01-01",
        "created:[2030-01-01 TO 2030-02-01T10:00:00+0100}",
        "created:>=2030-01-01T10\\:00\\:00",
        "status:>=400",
        "params.source.fileName:users.csv",
        "unknown:x",
        "*",
        "*:*",
        "((((a))))"
      })
  void wholeQueryIsUnderstood(String text) {
    assertThat(QueryText.parse(text)).isNotNull();
  }
}
