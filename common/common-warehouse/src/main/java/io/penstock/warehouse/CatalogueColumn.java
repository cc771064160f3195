package io.penstock.warehouse;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.penstock.model.job.ColumnType;
import org.jspecify.annotations.Nullable;

/**
 * A column by its name and by the name it has in the generation's table. How it looks in SQL: see
 * {@link ColumnSql}.
 *
 * @param name as the user sees it
 * @param physical {@code c1}, {@code c2}, …: never a user's text
 * @param type null: text that is never NULL, as in every untyped table
 */
public record CatalogueColumn(
    String name,
    String physical,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ColumnType type) {
  public CatalogueColumn {
    if (!physical.matches("c[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException("Not a physical column");
    }
  }

  /** Of an untyped table. */
  public CatalogueColumn(String name, String physical) {
    this(name, physical, null);
  }

  public boolean typed() {
    return type != null;
  }
}
