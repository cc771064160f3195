package io.penstock.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The same handful of rows by {@code psql}, a process a load. */
final class SmallCopies implements Side {
  private final Bed bed;
  private final Path file;
  private final int loads;
  private List<Double> milliseconds = List.of();

  SmallCopies(Bed bed, Path file, int loads) {
    this.bed = bed;
    this.file = file;
    this.loads = loads;
  }

  @Override
  public String name() {
    return "psql \\copy, %d times".formatted(loads);
  }

  @Override
  public String what() {
    return "each psql -c \"truncate t\" -c \"\\copy t from 'file' csv header\", its start included";
  }

  @Override
  public void prepare() throws Exception {
    bed.warehouse().scratch("DROP TABLE IF EXISTS " + CopyLoad.TABLE, CopyLoad.CREATE);
  }

  @Override
  public void run() throws Exception {
    List<String> commands =
        List.of("TRUNCATE " + CopyLoad.TABLE, CopyLoad.copy(Psql.quoted(file), true));
    List<Double> seen = new ArrayList<>(loads);
    for (int i = 0; i < loads; i++) {
      long begin = System.nanoTime();
      bed.psql().run(Warehouse.SCRATCH, commands);
      seen.add((System.nanoTime() - begin) / 1e6);
    }
    milliseconds = List.copyOf(seen);
  }

  /** Of each load of the last run, in their order. */
  List<Double> milliseconds() {
    return milliseconds;
  }

  @Override
  public Optional<Content> verify() throws Exception {
    return Optional.of(bed.warehouse().content(Warehouse.SCRATCH, CopyLoad.TABLE));
  }

  @Override
  public void clear() throws Exception {
    bed.warehouse().scratch("DROP TABLE " + CopyLoad.TABLE);
  }
}
