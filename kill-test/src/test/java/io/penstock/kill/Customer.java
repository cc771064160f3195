package io.penstock.kill;

import de.siegmar.fastcsv.reader.CsvReader;
import io.penstock.kill.CustomersFiles.Form;
import io.penstock.kill.FilePlan.PlannedFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;

/**
 * Somebody with one table: creates it, loads into it without waiting for each load's end, exports
 * it now and then, and compares everything with the model.
 */
final class Customer implements Callable<Customer> {
  private static final int MOST_AT_ONCE = 3;

  private final CustomersClient api;
  private final CustomersFiles files;
  private final String name;
  private final TableModel table;
  private final Random random;
  private final FilePlan plan;
  private final LoadCount loads;
  private final AtomicBoolean over;
  private final Deque<Expected> underWay = new ArrayDeque<>();

  /**
   * @param key of the table; empty: none
   * @param over true: finish what is under way, and end
   */
  Customer(
      CustomersClient api,
      CustomersFiles files,
      String name,
      List<String> key,
      long seed,
      LoadCount loads,
      AtomicBoolean over) {
    this.api = api;
    this.files = files;
    this.name = name;
    this.table = new TableModel(List.of("id", "region", "value", "note"), key);
    this.random = new Random(seed);
    this.plan = new FilePlan(table, random);
    this.loads = loads;
    this.over = over;
  }

  /** What a job should come to. */
  private record Expected(long job, String what, boolean success, int read, int after) {}

  String id() {
    return "in.c-kill." + name;
  }

  @Override
  public Customer call() throws Exception {
    refusedCreation();
    create();
    while (!over.get()) {
      step();
    }
    settle(0);
    return this;
  }

  private void step() throws Exception {
    int choice = random.nextInt(100);
    if (choice < 60) {
      load(true);
    } else if (choice < 80) {
      load(false);
    } else if (choice < 88) {
      refusedLoad();
    } else {
      compare();
    }
    settle(random.nextInt(MOST_AT_ONCE));
  }

  /** Nothing of such a table may be left. */
  private void refusedCreation() throws Exception {
    PlannedFile file = plan.next();
    Map<String, Object> body = source(file);
    body.put("name", name + "_refused");
    body.put("primaryKey", "nobody");
    submit("buckets/in.c-kill/tables-async", body, "a creation with a wrong key", false, 0, 0);
    loads.refusal();
    settle(0);
  }

  private void create() throws Exception {
    PlannedFile file = plan.next();
    table.full(file.rows());
    Map<String, Object> body = source(file);
    body.put("name", name);
    if (!table.key().isEmpty()) {
      body.put("primaryKey", String.join(",", table.key()));
    }
    submit("buckets/in.c-kill/tables-async", body, "creation", true, -1, table.size());
    loads.creation();
    settle(0);
  }

  private void load(boolean incremental) throws Exception {
    PlannedFile file = plan.next();
    if (incremental) {
      table.incremental(file.rows());
    } else {
      table.full(file.rows());
    }
    Map<String, Object> body = source(file);
    body.put("incremental", incremental);
    String what =
        "%s load of %d rows, %s"
            .formatted(incremental ? "incremental" : "full", file.rows().size(), file.form());
    submit("tables/" + id() + "/import-async", body, what, true, file.rows().size(), table.size());
    loads.load(incremental, !table.key().isEmpty());
  }

  /** A full load after everything: with it the worker sweeps. */
  void lastLoad() throws Exception {
    load(false);
    settle(0);
  }

  private void refusedLoad() throws Exception {
    long file = files.upload(name + "-narrow.csv", Form.PLAIN, plan.narrow());
    Map<String, Object> body = new HashMap<>(Map.of("dataFileId", file, "incremental", true));
    submit("tables/" + id() + "/import-async", body, "load without a column", false, 0, 0);
    loads.refusal();
  }

  private Map<String, Object> source(PlannedFile file) throws Exception {
    Map<String, Object> body = new HashMap<>();
    body.put("dataFileId", files.upload(name + ".csv", file.form(), file.contents()));
    if (file.form().sliced()) {
      body.put("columns", table.columns()); // slices have no header
    }
    return body;
  }

  private void submit(
      String path, Map<String, Object> body, String what, boolean success, int read, int after)
      throws InterruptedException {
    long job = api.submit(path, body, key()).path("id").asLong();
    underWay.add(new Expected(job, what, success, read, after));
  }

  private String key() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  /** Waits until only so many are under way. */
  private void settle(int left) throws InterruptedException {
    while (underWay.size() > left) {
      check(underWay.remove());
    }
  }

  private void check(Expected expected) throws InterruptedException {
    JsonNode job = api.ended(expected.job());
    boolean success = job.path("status").asString().equals("success");
    boolean ours = job.path("error").path("code").asString("").contains("internal");
    JsonNode results = job.path("results");
    boolean counted =
        !success
            || (expected.read() < 0
                ? results.path("rowsCount").asInt() == expected.after()
                : results.path("importedRowsCount").asInt() == expected.read()
                    && results.path("totalRowsCount").asInt() == expected.after());
    if (success != expected.success() || ours || !counted) {
      throw new AssertionError(
          "%s, job %d (%s), should have come to %s but is %s"
              .formatted(id(), expected.job(), expected.what(), expected, job));
    }
  }

  /** Exports the table and compares it with the model. */
  void compare() throws Exception {
    settle(0);
    long job =
        api.submit("tables/" + id() + "/export-async", Map.of("gzip", random.nextBoolean()), key())
            .path("id")
            .asLong();
    JsonNode ended = api.ended(job);
    if (!ended.path("status").asString().equals("success")) {
      throw new AssertionError(id() + " could not be exported: " + ended);
    }
    String text = files.download(ended.path("results").path("file").path("id").asLong());
    List<List<String>> rows = new ArrayList<>();
    CsvReader.builder().ofCsvRecord(text).forEach(record -> rows.add(record.getFields()));
    String difference = table.difference(rows);
    if (!difference.isEmpty()) {
      throw new AssertionError(
          "%s holds %d rows and should hold %d: %s"
              .formatted(id(), rows.size(), table.size(), difference));
    }
    loads.comparison();
  }
}
