package io.penstock.importer.workspace;

import io.penstock.importer.warehouse.SqlStates;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.WorkspaceInput;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Says what a user can do about a failure of one input; what nobody can do anything about goes on
 * as it is. PostgreSQL's own text may hold a customer's value, so it is not repeated.
 */
record Failures(String table, String source) {

  static Failures of(WorkspaceInput input) {
    return new Failures(input.destination(), input.label());
  }

  /** What to throw instead; rethrows what is not the user's. */
  PlatformException explained(SQLException e) throws SQLException {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return switch (state) {
      case SqlStates.LOCK_NOT_AVAILABLE ->
          refusal(
              ErrorCode.WORKSPACE_TABLE_IN_USE,
              "a session holds the table \"%s\" in the workspace. End its transaction and load"
                  + " again.",
              e);
      case "2BP01" ->
          refusal(
              ErrorCode.WORKSPACE_TABLE_IN_USE,
              "other objects of the workspace depend on the table \"%s\". Drop them first.",
              e);
      case "42P07", "42710" ->
          refusal(
              ErrorCode.WORKSPACE_DUPLICATE_TABLE,
              "the workspace has something of the name \"%s\" already. Load with overwrite, or"
                  + " under another destination.",
              e);
      case SqlStates.UNIQUE_VIOLATION, SqlStates.CARDINALITY_VIOLATION ->
          refusal(
              ErrorCode.WORKSPACE_LOAD_FAILED,
              "two rows have the same primary key in the table \"%s\".",
              e);
      case "23502" ->
          refusal(
              ErrorCode.WORKSPACE_LOAD_FAILED,
              "a column of the table \"%s\" that is not nullable has no value" + column(e) + ".",
              e);
      case "54011", SqlStates.PROGRAM_LIMIT_EXCEEDED ->
          refusal(
              ErrorCode.WORKSPACE_LOAD_FAILED,
              "the table \"%s\" has more columns, or longer rows or keys, than PostgreSQL can"
                  + " hold.",
              e);
      case SqlStates.OUT_OF_MEMORY ->
          refusal(
              ErrorCode.WORKSPACE_LOAD_FAILED,
              "the workspace has too many objects to replace \"%s\" at once. Drop some of them"
                  + " first.",
              e);
      default -> {
        if (state.startsWith("22")) {
          yield refusal(
              ErrorCode.WORKSPACE_LOAD_FAILED,
              "a value does not fit into the type that its column has in the table \"%s\".",
              e);
        }
        throw e;
      }
    };
  }

  private PlatformException refusal(ErrorCode code, String reason, SQLException e) {
    return new PlatformException(
        code, "The table %s was not loaded: ".formatted(source) + reason.formatted(table), e);
  }

  private static String column(SQLException e) {
    ServerErrorMessage message = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    String column = message == null ? null : message.getColumn();
    return column == null ? "" : ": " + column.replace("%", "%%");
  }
}
