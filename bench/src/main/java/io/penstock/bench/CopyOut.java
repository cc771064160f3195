package io.penstock.bench;

import java.util.List;
import java.util.Optional;

/** {@code psql} reading the very table that the platform exports. */
final class CopyOut implements Side {
  private final Bed bed;
  private final String generation;
  private final boolean packed;

  /**
   * @param packed through {@code gzip -1}
   */
  CopyOut(Bed bed, String generation, boolean packed) {
    this.bed = bed;
    this.generation = generation;
    this.packed = packed;
  }

  @Override
  public String name() {
    return packed ? "psql copy | gzip -1" : "psql copy";
  }

  @Override
  public String what() {
    return "psql -c \"copy (select …) to stdout csv\" "
        + (packed ? "| gzip -1 > /dev/null" : "> /dev/null");
  }

  @Override
  public void prepare() {}

  @Override
  public void run() throws Exception {
    String database = bed.warehouse().project();
    String copy = "copy (select %s from %s) to stdout csv".formatted(Columns.LIST, generation);
    if (packed) {
      bed.psql().drain(database, copy, List.of("gzip", "-1"));
    } else {
      bed.psql().run(database, List.of(copy));
    }
  }

  @Override
  public Optional<Content> verify() {
    return Optional.empty();
  }

  @Override
  public void clear() {}
}
