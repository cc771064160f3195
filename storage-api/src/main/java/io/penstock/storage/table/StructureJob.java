package io.penstock.storage.table;

import java.util.Arrays;
import java.util.Optional;

/**
 * The jobs that change a table's structure or rows without a file, and the words of their events.
 */
enum StructureJob {
  COLUMN_ADD("tableColumnAdd", "tableColumnAdded", "Added a column to", "Adding a column to"),
  COLUMN_DELETE(
      "tableColumnDelete", "tableColumnDeleted", "Deleted a column of", "Deleting a column of"),
  PRIMARY_KEY_ADD(
      "tablePrimaryKeyAdd",
      "tablePrimaryKeyAdded",
      "Added the primary key of",
      "Adding the primary key of"),
  PRIMARY_KEY_DELETE(
      "tablePrimaryKeyDelete",
      "tablePrimaryKeyDeleted",
      "Deleted the primary key of",
      "Deleting the primary key of"),
  ROWS_DELETE("tableRowsDelete", "tableRowsDeleted", "Deleted rows of", "Deleting rows of"),
  OPTIMISE("tableOptimize", "tableOptimized", "Optimized", "Optimizing");

  private final String operation;
  private final String event;
  private final String done;
  private final String doing;

  StructureJob(String operation, String event, String done, String doing) {
    this.operation = operation;
    this.event = event;
    this.done = done;
    this.doing = doing;
  }

  static Optional<StructureJob> of(String operation) {
    return Arrays.stream(values()).filter(each -> each.operation.equals(operation)).findFirst();
  }

  /** The contract's {@code operationName}. */
  String operation() {
    return operation;
  }

  String doneEvent() {
    return "storage." + event;
  }

  String doneText(String table) {
    return "%s table %s".formatted(done, table);
  }

  String errorEvent() {
    return "storage." + operation + "Error";
  }

  String errorText(String table, String reason) {
    return "%s table %s failed: %s".formatted(doing, table, reason);
  }
}
