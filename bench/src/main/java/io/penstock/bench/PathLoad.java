package io.penstock.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A full load through the platform, from the call until the job's success was seen. */
final class PathLoad implements Side {
  static final Duration POLL = Duration.ofMillis(100);
  static final String TABLE = "events";

  private final Bed bed;
  private final String what;
  private final long emptyFile;
  private final long file;
  private final Map<String, Object> parameters;
  private long job;

  /**
   * @param what of the file, in words
   * @param emptyFile id of an uploaded header, of which the table is made
   * @param file id of the uploaded file
   * @param parameters of the load, beside the file
   */
  PathLoad(Bed bed, String what, long emptyFile, long file, Map<String, Object> parameters) {
    this.bed = bed;
    this.what = what;
    this.emptyFile = emptyFile;
    this.file = file;
    this.parameters = parameters;
  }

  @Override
  public String name() {
    return "penstock";
  }

  @Override
  public String what() {
    return "from POST import-async of %s until the job is seen to be a success, polled every %d ms"
        .formatted(what, POLL.toMillis());
  }

  @Override
  public void prepare() throws Exception {
    bed.client().createTable(TABLE, emptyFile, List.of());
  }

  @Override
  public void run() throws Exception {
    job = bed.client().load(TABLE, file, parameters, POLL);
  }

  @Override
  public Optional<Content> verify() throws Exception {
    Warehouse warehouse = bed.warehouse();
    return Optional.of(warehouse.content(warehouse.project(), warehouse.generation(job)));
  }

  @Override
  public void clear() throws Exception {
    bed.client().drop(TABLE);
  }
}
