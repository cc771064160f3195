package io.penstock.importer.load;

import io.penstock.importer.csv.CsvDialect;
import io.penstock.importer.csv.CsvInput;
import io.penstock.importer.warehouse.SqlStates;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.warehouse.CatalogueColumn;
import io.penstock.warehouse.ColumnSql;
import io.penstock.warehouse.Literals;
import io.penstock.warehouse.RowTimes;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * A table that a load's rows are copied into before anybody knows of it.
 *
 * @param name qualified, made of ids
 * @param csv says what stands for NULL in a typed column
 */
record TargetTable(Kind kind, String name, CsvFormat csv) {

  /** What the table is for. */
  enum Kind {
    /** A new generation: all columns of the table. */
    GENERATION,
    /** The file's rows on their way into a generation: only the file's columns. */
    STAGING
  }

  /**
   * Makes it, in the open transaction, in place of what an attempt before us left: that was
   * published by nobody, or the ledger would have told. Never UNLOGGED, though staged rows need no
   * log: a server that crashes just after such a table's transaction was aborted does not start
   * again by itself (PostgreSQL's bug 17731).
   */
  void create(Connection connection, ColumnPlan plan) throws SQLException {
    List<CatalogueColumn> columns = kind == Kind.GENERATION ? plan.table() : plan.file();
    String definitions =
        columns.stream().map(ColumnSql::definition).collect(Collectors.joining(", "))
            + (plan.hasTimes() ? ", " + RowTimes.asCopied() : "");
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "DROP TABLE IF EXISTS %s; CREATE TABLE %s (%s)".formatted(name, name, definitions));
    }
  }

  /** What tells this very table from another of its name. */
  long oid(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT '%s'::regclass::oid::bigint".formatted(name))) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /**
   * Holds the table for this transaction's rows: nobody drops it meanwhile.
   *
   * @throws SQLException 40001 when it is another table by now: the job was begun anew elsewhere
   */
  void hold(Connection connection, long oid) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE %s IN ROW EXCLUSIVE MODE".formatted(name));
    }
    if (oid(connection) != oid) {
      throw new SQLException("The job was begun anew elsewhere", "40001");
    }
  }

  /**
   * Copies one object's data. PostgreSQL's count must be the scanner's.
   *
   * @param stop looked at between two blocks
   * @return rows
   */
  long copy(Connection connection, ColumnPlan plan, CsvInput input, BooleanSupplier stop)
      throws IOException, SQLException {
    CopyIn copy =
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement(plan, input.dialect()));
    try {
      input.forEachBlock(
          (block, offset, length) -> {
            if (Thread.interrupted() || stop.getAsBoolean()) {
              throw new SQLException("The worker stops, or the job's time is over", "57014");
            }
            copy.writeToCopy(block, offset, length);
          });
      long copied = copy.endCopy();
      if (copied != input.dataRecords()) {
        throw new PlatformException(
            ErrorCode.INVALID_CSV,
            "The warehouse reads %d records where the file has %d; nothing was changed."
                .formatted(copied, input.dataRecords()));
      }
      return copied;
    } catch (SQLException e) {
      if (SqlStates.is(e, SqlStates.PROGRAM_LIMIT_EXCEEDED)) {
        throw tooWide(e, plan);
      }
      throw e;
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  /** PostgreSQL keeps a row in one page of 8 kB, of long values their 18-byte pointers. */
  private static PlatformException tooWide(SQLException e, ColumnPlan plan) {
    return new PlatformException(
        ErrorCode.TABLE_TOO_MANY_COLUMNS,
        "A record is too wide for the warehouse: its %d columns do not fit into a row of 8 kB. Split the table, or leave empty columns out."
            .formatted(plan.table().size()),
        e);
  }

  private String statement(ColumnPlan plan, CsvDialect dialect) {
    return "COPY %s (%s) FROM STDIN (FORMAT csv, DELIMITER %s, QUOTE %s, %s, ENCODING 'UTF8')"
        .formatted(
            name,
            String.join(", ", plan.physicalFields()),
            literal(dialect.delimiter()),
            literal(dialect.enclosure()),
            nulls(plan.file()));
  }

  /**
   * Untyped columns hold no NULL: an empty key is a key. In typed ones a value is enough for it.
   */
  private String nulls(List<CatalogueColumn> fileColumns) {
    String value = csv.nullValue();
    return value != null && fileColumns.stream().anyMatch(CatalogueColumn::typed)
        ? "NULL %s%s".formatted(Literals.quote(value), csv.enclosedNull() ? ", FORCE_NULL *" : "")
        : "FORCE_NOT_NULL *";
  }

  /** One ASCII character as a string constant. */
  private static String literal(byte character) {
    return Literals.quote(Character.toString((char) character));
  }
}
