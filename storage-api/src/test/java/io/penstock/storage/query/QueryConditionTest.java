package io.penstock.storage.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.query.QueryField.Kind;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryConditionTest {
  private static final QueryField NAME = new QueryField(Kind.EXACT, "n");
  private static final Map<String, QueryField> FIELDS =
      Map.of(
          "name", NAME,
          "tags", new QueryField(Kind.LIST, "t"),
          "id", new QueryField(Kind.NUMBER, "i"),
          "flag", new QueryField(Kind.FLAG, "f"),
          "created", new QueryField(Kind.TIME, "c"));

  private static QueryCondition parse(String text) {
    return QueryCondition.of(text, FIELDS, List.of(NAME));
  }

  /** The condition with its values in place, and without what makes it never NULL. */
  private static String shown(String text) {
    QueryCondition condition = parse(text);
    String sql = condition.sql();
    for (Map.Entry<String, Object> value : condition.values().entrySet()) {
      String shown = Matcher.quoteReplacement("‹" + value.getValue() + "›");
      sql = sql.replaceAll(":" + value.getKey() + "(?!\\d)", shown);
    }
    return sql.replaceAll("\\(\\(([^()]*)\\) IS TRUE\\)", "$1")
        .replaceAll("\\(\\(([^()]*)\\)\\)", "($1)")
        .replaceAll("\\(([^() ]* [^() ]* [^() ]*)\\)", "$1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "a ~ n = ‹a›",
        "name:a ~ n = ‹a›",
        "a b ~ (n = ‹a› OR n = ‹b›)",
        "a AND b OR c ~ ((n = ‹a› AND n = ‹b›) OR n = ‹c›)",
        "a AND (b OR c) ~ (n = ‹a› AND (n = ‹b› OR n = ‹c›))",
        "+a -b c ~ (n = ‹a› AND NOT n = ‹b›)",
        "a -b ~ (NOT n = ‹b› AND n = ‹a›)",
        "-b ~ (NOT n = ‹b›)",
        "NOT a AND !b && c ~ (NOT n = ‹a› AND NOT n = ‹b› AND n = ‹c›)",
        "name:(a b) ~ (n = ‹a› OR n = ‹b›)",
        "a^2.5 ~ n = ‹a›",
        "*  ~ (true)",
        "name:a* ~ n LIKE ‹a%›",
        "a?b_c* ~ n LIKE ‹a_b\\_c%›",
        "a\\* ~ n = ‹a*›",
        "a\\:b ~ n = ‹a:b›",
        "id:[1 TO 5} ~ i >= ‹1› AND i < ‹5›",
        "id:{1 TO *] ~ i > ‹1›",
        "id:>=7 ~ i >= ‹7›",
        "id:<7 ~ i < ‹7›",
        "flag:TRUE ~ f = ‹true›",
        "created:>2030-01-01 ~ c >= ‹2030-01-02T00:00Z›",
        "created:>=2030-01-01 ~ c >= ‹2030-01-01T00:00Z›",
        "created:<=2030-01-01T10:00:00+0100 ~ c < ‹2030-01-01T10:00:01+01:00›",
        "created:2030-01-01 ~ c >= ‹2030-01-01T00:00Z› AND c < ‹2030-01-02T00:00Z›",
        "nothing:a ~ (false)",
        "in.c-main.users ~ n = ‹in.c-main.users›"
      })
  void queryBecomesACondition(String query, String condition) {
    assertThat(shown(query)).isEqualTo(condition);
  }

  @Test
  void quotedValueIsTakenAsItIs() {
    QueryCondition condition =
        parse("tags:\"componentId: x\" AND tags:\"say \\\"hi\\\" (1) OR *\"");

    assertThat(condition.values().values())
        .containsExactly("componentId: x", "say \"hi\" (1) OR *");
    assertThat(condition.sql()).contains(" AND ").doesNotContain("LIKE");
  }

  @Test
  void nothingOfTheCallerIsInTheText() {
    QueryCondition condition = parse("name:\"' OR 1=1 --\" x';DROP");

    assertThat(condition.sql()).doesNotContain("'", "DROP", "1=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a",
        "a)",
        "()",
        "\"a",
        "a AND",
        "AND a",
        "OR",
        "a OR OR b",
        "NOT",
        "+",
        "name:",
        "name:(",
        "aa:bb:cc",
        "id:[1 TO 2",
        "id:[1 2]",
        "id:[TO 2]",
        "id:x",
        "id:[a TO b]",
        "flag:maybe",
        "created:yesterday",
        "created:>+999999999-01-01",
        "created:2030-02-31",
        "a~",
        "/a/",
        "a/b",
        "*a",
        "?a",
        "a^",
        "a\\",
        "[a",
        "]",
        "}",
        "id:>",
        "id:99999999999999999999",
        "a***********b",
        "name:<",
        "\"a\"b\"",
        "created:202*"
      })
  void brokenQueryIsRefused(String query) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> parse(query))
        .withMessageStartingWith("Failed to parse query")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_SYNTAX));
  }

  @Test
  void sizeAndDepthAreBounded() {
    for (String query :
        List.of(
            "a".repeat(4001),
            "(".repeat(21) + "a" + ")".repeat(21),
            "(".repeat(3000),
            "a ".repeat(201))) {
      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> parse(query))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_SYNTAX));
    }
    assertThatCode(() -> parse("(".repeat(19) + "a" + ")".repeat(19))).doesNotThrowAnyException();
  }

  /** Whatever is sent is a condition or a refusal. */
  @Test
  void anyTextIsReadOrRefused() {
    Random random = new Random(7);
    List<String> pieces =
        List.of(
            "a",
            "name",
            ":",
            "id",
            "1",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            " ",
            " TO ",
            "AND",
            "OR",
            "NOT",
            "+",
            "-",
            "!",
            "\"",
            "\\",
            "*",
            "?",
            "^",
            "~",
            "/",
            "<",
            ">",
            "=",
            "&&",
            "||",
            "\u3000",
            "ü",
            "😀",
            ".",
            "created",
            "2030-01-01",
            "%",
            "_",
            "'",
            "flag",
            "true",
            "tags");
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(9); n >= 0; n--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      try {
        parse(text.toString());
        read++;
      } catch (PlatformException e) {
        assertThat(e.code()).as(text.toString()).isEqualTo(ErrorCode.QUERY_SYNTAX);
      }
    }
    assertThat(read).isBetween(1000, 19_000);
  }
}
