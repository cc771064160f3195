package io.penstock.storage.metadata;

/**
 * An item to set.
 *
 * @param column of the table; empty: the object itself
 * @param provider empty for the branch
 */
public record MetadataEntry(String column, String provider, String key, String value) {

  /** What makes an item the same item. */
  record Name(String column, String provider, String key) {}

  Name name() {
    return new Name(column, provider, key);
  }

  /** The same item of a column. */
  public MetadataEntry ofColumn(String name) {
    return new MetadataEntry(name, provider, key, value);
  }
}
