package io.penstock.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An incremental load through the platform into a table with a key, built anew for each run. */
final class PathUpsert implements Side {
  private final Bed bed;
  private final long eventsFile;
  private final long changesFile;
  private String generation = "";

  /**
   * @param eventsFile id of the uploaded file that the table is made of
   * @param changesFile id of the uploaded file with the changes
   */
  PathUpsert(Bed bed, long eventsFile, long changesFile) {
    this.bed = bed;
    this.eventsFile = eventsFile;
    this.changesFile = changesFile;
  }

  @Override
  public String name() {
    return "penstock";
  }

  @Override
  public String what() {
    return "from POST import-async with incremental=1 until the job is seen to be a success, polled every %d ms"
        .formatted(PathLoad.POLL.toMillis());
  }

  @Override
  public void prepare() throws Exception {
    long job =
        bed.client().createTable(PathLoad.TABLE, eventsFile, List.of(EventRows.COLUMNS.getFirst()));
    Warehouse warehouse = bed.warehouse();
    generation = warehouse.generation(job);
    warehouse.vacuum(warehouse.project(), generation);
  }

  @Override
  public void run() throws Exception {
    bed.client().load(PathLoad.TABLE, changesFile, Map.of("incremental", true), PathLoad.POLL);
  }

  @Override
  public Optional<Content> verify() throws Exception {
    return Optional.of(bed.warehouse().content(bed.warehouse().project(), generation));
  }

  @Override
  public void clear() throws Exception {
    bed.client().drop(PathLoad.TABLE);
  }
}
