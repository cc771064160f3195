package io.penstock.warehouse;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;

/**
 * Rows whose {@code _timestamp} comes from a file. Accepted is what begins like a date of ISO 8601
 * and what PostgreSQL reads as a {@code timestamptz} of the years 1 to 9999; without an offset it
 * is UTC. Texts such as {@code now} or {@code 01/02/2030}, which PostgreSQL reads as well, mean
 * something else with every day or setting.
 */
public final class RowTimes {
  /** What {@link ColumnValues#refusals} is asked with for such texts. */
  public static final String TYPE = "timestamptz";

  private static final String DATE_FIRST = "'^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})([^0-9]|$)'";

  private static final String RANGE =
      "%s >= timestamptz '0001-01-01 00:00:00+00' AND %s < timestamptz '10000-01-01 00:00:00+00'";

  /** SQL that tells whether the text {@code v.value} is accepted. */
  static final String ACCEPTED =
      "CASE WHEN v.value !~ %s OR NOT pg_input_is_valid(v.value, 'timestamptz') THEN false ELSE %s END"
          .formatted(
              DATE_FIRST,
              RANGE.formatted("CAST(v.value AS timestamptz)", "CAST(v.value AS timestamptz)"));

  /** A text that is not accepted fails: as a date (class 22), or by the check of the range. */
  private static final String CONVERT =
      """
      SET LOCAL TIME ZONE 'UTC';
      SET LOCAL synchronize_seqscans = off;
      ALTER TABLE %%1$s
        ALTER COLUMN _timestamp TYPE timestamptz USING
          CASE WHEN nullif(_timestamp, '') IS NULL THEN NULL
            WHEN _timestamp ~ %s THEN CAST(_timestamp AS timestamptz)
            ELSE timestamptz 'infinity' END,
        ADD CONSTRAINT times CHECK (%s);
      ALTER TABLE %%1$s DROP CONSTRAINT times\
      """
          .formatted(DATE_FIRST, RANGE.formatted("_timestamp", "_timestamp"));

  private RowTimes() {}

  /**
   * The place of the column {@code _timestamp} among a file's, from 1, whatever its letters' case;
   * 0: there is none.
   */
  public static int placeIn(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).strip().toLowerCase(Locale.ROOT).equals(Identifiers.TIMESTAMP)) {
        return i + 1;
      }
    }
    return 0;
  }

  /** As the texts are copied: {@link #convert} makes times of them. */
  public static String asCopied() {
    return Identifiers.TIMESTAMP + " text";
  }

  /**
   * Makes times of the texts, NULL where there is none, in the open transaction. The rows are
   * written anew in their order.
   *
   * @param table qualified, made of ids
   * @throws SQLException of class 22, or 23514, when a text is not accepted
   */
  public static void convert(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(CONVERT.formatted(table));
    }
  }
}
