package io.penstock.warehouse;

import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobOutcome.TableState;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One table of a project: the pointer to its rows, and what is known of them.
 *
 * @param generation the job that made the current generation
 * @param columns in the table's order; all of them typed, or none
 * @param primaryKey names; empty: no key
 * @param rows carried forward by every load, never counted anew
 * @param bytes on disk, with indexes
 * @param lastImport {@code _timestamp} of the last load; null before the first
 * @param sequence grows by one with every change
 * @param nextColumn ordinal of the next physical column
 */
public record CatalogueRow(
    long tableId,
    long generation,
    List<CatalogueColumn> columns,
    List<String> primaryKey,
    long rows,
    long bytes,
    @Nullable Instant lastImport,
    long sequence,
    int nextColumn) {

  public CatalogueRow {
    columns = List.copyOf(columns);
    primaryKey = List.copyOf(primaryKey);
    if (columns.stream().map(CatalogueColumn::typed).distinct().count() > 1) {
      throw new IllegalArgumentException("Typed columns among untyped ones");
    }
  }

  /** The current generation's table with its schema. */
  public String table() {
    return Identifiers.generation(tableId, generation);
  }

  public List<String> names() {
    return columns.stream().map(CatalogueColumn::name).toList();
  }

  /** Of the columns, in their order; empty: the table is untyped. */
  public List<ColumnType> types() {
    return columns.stream().map(CatalogueColumn::type).filter(Objects::nonNull).toList();
  }

  public boolean isTyped() {
    return columns.stream().anyMatch(CatalogueColumn::typed);
  }

  /** The column of exactly this name. */
  public Optional<CatalogueColumn> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /** The key's columns in its order, by their physical names. */
  public List<String> physicalKey() {
    return primaryKey.stream()
        .map(
            name ->
                column(name)
                    .orElseThrow(() -> new IllegalStateException("Key names an unknown column"))
                    .physical())
        .toList();
  }

  /** The same rows under other columns or another key. */
  public CatalogueRow restructured(
      List<CatalogueColumn> newColumns, List<String> newKey, int newNextColumn) {
    return new CatalogueRow(
        tableId, generation, newColumns, newKey, rows, bytes, lastImport, sequence, newNextColumn);
  }

  /** The same table with its rows in another generation, or with another number of them. */
  public CatalogueRow holding(long newGeneration, long newRows) {
    return new CatalogueRow(
        tableId,
        newGeneration,
        columns,
        primaryKey,
        newRows,
        bytes,
        lastImport,
        sequence,
        nextColumn);
  }

  /** What a worker reports of this row. */
  public TableState state() {
    return new TableState(
        tableId, sequence, names(), primaryKey, rows, bytes, lastImport, false, types());
  }

  /** What a worker reports when it has removed this row: the sequence is the next. */
  public TableState dropped() {
    return new TableState(
        tableId, sequence + 1, names(), primaryKey, rows, bytes, lastImport, true, types());
  }
}
