package io.penstock.storage.record;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;

/**
 * What calls ask of the database on the journey that makes their records durable. It is to be short
 * for every key: other calls' records are on the same journey.
 *
 * @param <V> what is known of a key
 */
public interface Question<V> {

  /**
   * Statements that read, divided by semicolons. Their parameters have a type ({@code
   * ?::bigint[]}): where the driver has to ask for it, the statements before are committed alone.
   */
  String sql();

  /** How many parameters they have: each is the array of the keys, {@code bigint[]}. */
  int parameters();

  /**
   * What was found, by key; keys of which nothing is known are left out.
   *
   * @param executed its current result is the one of the first statement
   */
  Map<Long, V> results(PreparedStatement executed) throws SQLException;
}
