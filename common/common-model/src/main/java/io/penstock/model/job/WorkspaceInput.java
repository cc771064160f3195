package io.penstock.model.job;

import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.table.TableQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One table, or the rows of one CSV file with a header line, that are copied into a workspace.
 *
 * @param tableId the source; 0 for a file
 * @param label its name, for messages
 * @param query which rows; its columns are those that may be read, empty: all
 * @param destination the table's name in the workspace
 * @param columns empty: all that may be read, under their own names
 * @param incremental rows are added to a table that is there already
 * @param overwrite a table that is there already is replaced
 * @param timestamp whether {@code _timestamp} comes along as the last column
 * @param primaryKey of the new table; names at the destination
 * @param ofProject whose database has the source; null: the job's own project
 * @param file the source where it is no table
 */
public record WorkspaceInput(
    long tableId,
    String label,
    TableQuery query,
    String destination,
    List<Column> columns,
    boolean incremental,
    boolean overwrite,
    boolean timestamp,
    List<String> primaryKey,
    @Nullable Long ofProject,
    @Nullable FileSource file) {

  public WorkspaceInput {
    columns = List.copyOf(columns);
    primaryKey = List.copyOf(primaryKey);
  }

  /** Of a table. */
  public WorkspaceInput(
      long tableId,
      String label,
      TableQuery query,
      String destination,
      List<Column> columns,
      boolean incremental,
      boolean overwrite,
      boolean timestamp,
      List<String> primaryKey,
      @Nullable Long ofProject) {
    this(
        tableId,
        label,
        query,
        destination,
        columns,
        incremental,
        overwrite,
        timestamp,
        primaryKey,
        ofProject,
        null);
  }

  /**
   * One column of it.
   *
   * @param source its name in the source
   * @param destination its name in the workspace
   * @param type a word of common-warehouse's {@code WorkspaceTypes}; null: as it is stored
   * @param length such as {@code 255} or {@code 38,9}; null: none
   * @param nullable false: NOT NULL
   * @param emptyIsNull whether an empty text becomes NULL
   */
  public record Column(
      String source,
      String destination,
      @Nullable String type,
      @Nullable String length,
      boolean nullable,
      boolean emptyIsNull) {}
}
