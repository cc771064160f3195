package io.penstock.storage.query;

import java.util.Map;

/**
 * A condition of a WHERE clause with named parameters, {@code q0}, {@code q1} and so on. It is
 * never NULL.
 */
public record QueryCondition(String sql, Map<String, Object> values) {

  /**
   * Reads a caller's query.
   *
   * @param fields by the names that queries use; any other name matches nothing
   * @param bare where words without a field are looked for
   * @throws io.penstock.model.PlatformException {@code QUERY_SYNTAX}
   */
  public static QueryCondition of(
      String text, Map<String, QueryField> fields, Iterable<QueryField> bare) {
    QueryTranslation translation = new QueryTranslation(fields, bare);
    String sql = translation.of(QueryParser.parse(text));
    return new QueryCondition(sql, translation.values());
  }
}
