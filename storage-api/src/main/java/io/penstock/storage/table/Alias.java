package io.penstock.storage.table;

import io.penstock.model.table.TableQuery.Filter;
import io.penstock.storage.web.JsonFields;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What makes a table an alias: it has no rows of its own and shows those of its root.
 *
 * @param rootId the real table at the end of the chain, by the catalogue of the root's project
 * @param rootProject whose database has the rows
 * @param source the table directly behind it
 * @param linkId the linked bucket by which the root is read; null: the root is in the own project
 * @param chosen the columns that it was given; null: all, whatever they will be
 * @param predicate which rows it leaves; null: all
 * @param derived a table of a linked bucket. Nothing is kept of it: columns and predicate are what
 *     its lender gave the table
 */
public record Alias(
    long rootId,
    long rootProject,
    Source source,
    @Nullable Long linkId,
    @Nullable List<String> chosen,
    @Nullable Filter predicate,
    boolean derived) {

  /** The table directly behind an alias, as the alias's project sees it. */
  public record Source(
      long id, String label, String name, boolean alias, long projectId, String projectName) {}

  /** The row of {@code data_table} that stands for the table: the lender's where it is derived. */
  long keptAs(DataTable table) {
    return derived ? source.id() : table.id();
  }

  /** What whoever reads it reads. */
  ReadableTable.Rows rows() {
    return new ReadableTable.Rows(
        rootProject, rootId, predicate == null ? List.of() : List.of(predicate));
  }

  /** Whether new columns of the source appear by themselves. */
  public boolean autoSync() {
    return derived || chosen == null;
  }

  /** The filter that its project gave it, as against one that its lender gave the source. */
  public @Nullable Filter ownFilter() {
    return derived ? null : predicate;
  }

  /** Whether it shows all rows and all columns; only then may there be an alias of it. */
  public boolean isWhole() {
    return chosen == null && predicate == null;
  }

  /** What its events say of it. */
  Map<String, Object> told() {
    return new JsonFields()
        .put("sourceTable", source.label())
        .put("aliasColumns", chosen == null ? List.of() : chosen)
        .put("aliasFilter", AliasFilter.json(ownFilter()))
        .map();
  }
}
