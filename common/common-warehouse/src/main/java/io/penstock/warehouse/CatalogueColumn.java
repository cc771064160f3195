package io.penstock.warehouse;

/**
 * A column by its name and by the name it has in the generation's table.
 *
 * @param name as the user sees it
 * @param physical {@code c1}, {@code c2}, …: never a user's text
 */
public record CatalogueColumn(String name, String physical) {
  public CatalogueColumn {
    if (!physical.matches("c[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException("Not a physical column");
    }
  }
}
