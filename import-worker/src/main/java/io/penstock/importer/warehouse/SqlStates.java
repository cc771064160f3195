package io.penstock.importer.warehouse;

import java.sql.SQLException;
import java.util.Set;

/** SQLSTATEs that mean something to us, see PostgreSQL's appendix A. */
public final class SqlStates {
  public static final String NOT_NULL_VIOLATION = "23502";
  public static final String UNIQUE_VIOLATION = "23505";
  public static final String CHECK_VIOLATION = "23514";
  public static final String CARDINALITY_VIOLATION = "21000";
  public static final String UNDEFINED_TABLE = "42P01";
  public static final String LOCK_NOT_AVAILABLE = "55P03";
  public static final String OUT_OF_MEMORY = "53200";
  public static final String PROGRAM_LIMIT_EXCEEDED = "54000";
  public static final String TOO_MANY_COLUMNS = "54011";
  private static final String DATA_EXCEPTION = "22";
  private static final Set<String> PASSING =
      Set.of("40001", "40P01", LOCK_NOT_AVAILABLE, "57014", "57P01", "57P02", "57P03", "25P03");

  private SqlStates() {}

  public static boolean is(SQLException failure, String state) {
    return state.equals(failure.getSQLState());
  }

  /** A typed column does not take a value, or no NULL; or a text is no time of a row. */
  public static boolean refusesValue(SQLException failure) {
    String state = failure.getSQLState();
    return state != null
        && (state.startsWith(DATA_EXCEPTION)
            || state.equals(NOT_NULL_VIOLATION)
            || state.equals(CHECK_VIOLATION));
  }

  /**
   * A failure that may be over soon: connection (08), resources (53), locks, a server that stops.
   */
  public static boolean isPassing(SQLException failure) {
    String state = failure.getSQLState();
    return state != null
        && (state.startsWith("08") || state.startsWith("53") || PASSING.contains(state));
  }
}
