package io.penstock.warehouse;

/** Names inside a project's database, quoted so that any text is an identifier and nothing else. */
public final class Identifiers {
  /** The schema that holds the catalogue, the ledger and every generation. */
  public static final String SCHEMA = "_penstock";

  /** The column that holds the time of the load that last changed a row. */
  public static final String TIMESTAMP = "_timestamp";

  private Identifiers() {}

  /**
   * A quoted identifier, see <a
   * href="https://www.postgresql.org/docs/18/sql-syntax-lexical.html">4.1.1</a>.
   *
   * @throws IllegalArgumentException for an empty name or one with a NUL, which PostgreSQL cannot
   *     hold
   */
  public static String quote(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("Not a name for an identifier");
    }
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** The name, without schema, of the table that holds one generation's rows. */
  public static String generationName(long tableId, long generation) {
    return "t" + tableId + "_" + generation;
  }

  /** A generation with its schema, ready for a statement. */
  public static String generation(long tableId, long generation) {
    return SCHEMA + "." + generationName(tableId, generation);
  }

  /** The name of the index that a job made for a table's primary key. */
  public static String keyIndex(long tableId, long jobId) {
    return "k" + tableId + "_" + jobId;
  }

  /** The name, without schema, of the table in which an incremental load is staged. */
  public static String stagingName(long tableId, long jobId) {
    return "s" + tableId + "_" + jobId;
  }

  /** A staging table with its schema, ready for a statement. */
  public static String staging(long tableId, long jobId) {
    return SCHEMA + "." + stagingName(tableId, jobId);
  }
}
