package io.penstock.audit.search;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElasticQueriesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "users | {\"term\":{\"record_text\":{\"value\":\"users\"}}}",
        "event:a.B | {\"term\":{\"event\":{\"value\":\"a.B\"}}}",
        "token.name:x* |"
            + " {\"bool\":{\"should\":[{\"prefix\":{\"token_name_whole\":{\"value\":\"x\"}}},"
            + "{\"prefix\":{\"token_name\":{\"value\":\"x\"}}}]}}",
        "status:>400 | {\"range\":{\"status\":{\"gte\":401,\"lte\":9223372036854775807}}}",
        "event:[a TO b} | {\"range\":{\"event\":{\"gte\":\"a\",\"lt\":\"b\"}}}",
        "\"a b\"~2 | {\"match_phrase\":{\"record_text\":{\"analyzer\":\"whitespace\",\"query\":\"a"
            + " b\",\"slop\":2}}}",
        "event:a\\*b*c | {\"wildcard\":{\"event\":{\"value\":\"a\\\\*b*c\"}}}",
        "nothing:x | {\"match_none\":{}}",
        "* | {\"match_all\":{}}"
      })
  void queryIsSaidInElasticsearchsWords(String query, String expected) {
    assertThat(json(QueryText.parse(query))).isEqualTo("Query: " + expected);
  }

  @Test
  void queryWithoutAConditionFindsNothingAsWithLucene() {
    assertThat(json(new BooleanQuery.Builder().build()))
        .isEqualTo(json(new MatchNoDocsQuery("none")));
  }

  private static String json(org.apache.lucene.search.Query query) {
    return ElasticQueries.of(query).toString();
  }
}
