package io.penstock.importer.load;

import io.penstock.importer.csv.CsvDialect;
import io.penstock.importer.csv.CsvInput;
import io.penstock.importer.csv.CsvLimits;
import io.penstock.importer.csv.CsvProblem;
import io.penstock.importer.csv.FieldSink;
import io.penstock.importer.csv.GunzipStream;
import io.penstock.importer.csv.StoredBytes;
import io.penstock.importer.load.SourceObjects.Entry;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome.JobMetrics;
import io.penstock.model.job.JobOutcome.ObjectDigest;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnNames;
import io.penstock.warehouse.Identifiers;
import io.penstock.warehouse.RowTimes;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Opens a load's objects (digest, gunzip, scanner), makes the plan of columns from the first of
 * them, and counts what was read. Objects may be opened and counted by several threads, each object
 * by one.
 *
 * <p>{@code ignoredLines} counts records from the front of every object. Together with a header
 * line the first of them is the header, so that columns are never matched by position when the file
 * names them.
 */
final class SourceReader {
  private final LoadTable task;
  private final SourceObjects objects;
  private final Optional<CatalogueRow> table;
  private final List<DefinedColumn> restored;
  private final CsvLimits limits;
  private final CsvDialect dialect;
  private final SortedMap<Integer, ObjectDigest> digests = new TreeMap<>();
  private List<Entry> entries = List.of();
  private volatile boolean translating;
  private long unpackedBytes;
  private long records;

  SourceReader(
      LoadTable task, SourceObjects objects, Optional<CatalogueRow> table, CsvLimits limits) {
    this(task, objects, table, List.of(), limits);
  }

  /**
   * @param restored the columns that the table gets, whatever it has; empty: see the table and file
   */
  SourceReader(
      LoadTable task,
      SourceObjects objects,
      Optional<CatalogueRow> table,
      List<DefinedColumn> restored,
      CsvLimits limits) {
    this.restored = restored;
    this.task = task;
    this.objects = objects;
    this.table = table;
    this.limits = limits;
    CsvFormat csv = task.csv();
    this.dialect = CsvDialect.of(csv.delimiter(), csv.enclosure(), csv.escapedBy());
    this.translating = !dialect.isForCopy();
  }

  /** Begins anew: nothing is read yet. Returns how many objects there are. */
  synchronized int begin() throws IOException {
    entries = objects.entries();
    digests.clear();
    unpackedBytes = 0;
    records = 0;
    return entries.size();
  }

  /** From now on whatever is opened is translated into what COPY reads. */
  void translate() {
    translating = true;
  }

  boolean isTranslating() {
    return translating;
  }

  /** Empty: it is not there, and need not be. */
  Optional<OpenObject> open(int index) throws IOException {
    return open(
        index,
        stream ->
            translating
                ? CsvInput.translated(stream, dialect, limits)
                : CsvInput.verbatim(stream, dialect, limits));
  }

  /**
   * Opens it only to look for faults.
   *
   * @param values is told the values, where one can be refused
   */
  Optional<OpenObject> examine(int index, Consumer<CsvProblem> faults, FieldSink values)
      throws IOException {
    return open(
        index,
        stream ->
            CsvInput.examined(stream, dialect, limits, faults, refusesValues() ? values : null));
  }

  private Optional<OpenObject> open(int index, Opening opening) throws IOException {
    Entry entry = entries.get(index);
    Optional<InputStream> opened = objects.open(entry);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    StoredBytes stored = new StoredBytes(opened.get());
    try {
      InputStream unpacked =
          objects.isGzip(entry)
              ? new GunzipStream(stored, limits.maxGzipRatio(), objects.isSliced())
              : stored;
      return Optional.of(
          new OpenObject(index, entry.key(), stored, unpacked, opening.input(unpacked)));
    } catch (IOException | RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  /** Takes the first object's header and ignored lines off its front, and plans by them. */
  ColumnPlan plan(OpenObject first) throws IOException {
    Integer ignored = task.csv().ignoredLines();
    int lines = ignored != null ? ignored : isHeaderNamed() ? 1 : 0;
    @Nullable List<String> header = take(first.input(), lines);
    boolean named = isHeaderNamed() && lines > 0;
    if (named && header == null) {
      throw empty();
    }
    ColumnPlan plan = planOf(named ? header : null, task.rules().timesFromFile());
    first.input().expectFields(plan.fields());
    return plan;
  }

  /** Of a manifest without slices. */
  ColumnPlan planWithoutObjects() {
    return planOf(null, false);
  }

  /** Takes the ignored lines off the front of another object than the first. */
  void enter(OpenObject object, ColumnPlan plan) throws IOException {
    Integer ignored = task.csv().ignoredLines();
    take(object.input(), ignored == null ? 0 : ignored);
    object.input().expectFields(plan.fields());
  }

  /** The object is read to its end. */
  synchronized void count(OpenObject object) {
    records += object.input().dataRecords();
    unpackedBytes += object.input().bytes();
    digests.put(object.index(), object.digest());
  }

  /** Whether a value can be refused. */
  boolean refusesValues() {
    return task.rules().timesFromFile() || table.map(CatalogueRow::isTyped).orElse(false);
  }

  /** In the manifest's order. */
  synchronized List<ObjectDigest> digests() {
    return List.copyOf(digests.values());
  }

  /** Data records read. */
  synchronized long records() {
    return records;
  }

  synchronized JobMetrics metrics() {
    long stored = digests.values().stream().mapToLong(ObjectDigest::bytes).sum();
    boolean gzip = entries.stream().anyMatch(objects::isGzip);
    return new JobMetrics(gzip, stored, unpackedBytes, false, 0, 0);
  }

  private static @Nullable List<String> take(CsvInput input, int lines) throws IOException {
    List<String> header = null;
    for (int i = 0; i < lines; i++) {
      Optional<List<String>> record = input.takeRecord();
      if (record.isEmpty()) {
        break;
      }
      header = header == null ? record.get() : header;
    }
    return header;
  }

  private boolean isHeaderNamed() {
    return task.csv().header() == Header.FIRST_LINE;
  }

  /**
   * @param timed the rows have their times with them
   */
  private ColumnPlan planOf(@Nullable List<String> header, boolean timed) {
    if (!restored.isEmpty()) {
      return ColumnPlan.restored(
          restored, task.primaryKey(), table.map(CatalogueRow::nextColumn).orElse(1));
    }
    List<String> named = new ArrayList<>();
    if (header != null) {
      named.addAll(header);
    } else if (task.csv().header() != Header.TABLE_ORDER) {
      named.addAll(task.csv().columns());
    }
    int time = task.rules().timesFromFile() ? RowTimes.placeIn(named) : 0;
    if (time > 0) {
      named.remove(time - 1);
    } else if (timed) {
      throw withoutTimes();
    }
    List<String> names =
        header == null && time == 0 && named.isEmpty()
            ? table.map(CatalogueRow::names).orElseThrow(this::empty)
            : ColumnNames.cleanAll(named, limits.maxColumns());
    return matched(names).withTimesIn(time);
  }

  private ColumnPlan matched(List<String> names) {
    return table
        .map(
            row ->
                ColumnPlan.forTable(
                    row,
                    names,
                    task.csv().delimiter(),
                    limits.maxColumns(),
                    task.rules().partial(),
                    task.source() instanceof FileSource))
        .orElseGet(() -> ColumnPlan.forNewTable(names, task.primaryKey()));
  }

  private static PlatformException withoutTimes() {
    return new PlatformException(
        ErrorCode.CSV_COLUMNS_NOT_MATCH,
        "useTimestampFromDataFile: the file names no column _timestamp. Name it in the file's"
            + " header line or in columns, or leave the parameter out.",
        Map.of("missingColumns", List.of(Identifiers.TIMESTAMP)),
        null);
  }

  private PlatformException empty() {
    List<String> expected = table.map(CatalogueRow::names).orElse(List.of());
    if (table.isEmpty()) {
      return new PlatformException(ErrorCode.TABLE_NO_COLUMNS, "The file is empty: no columns.");
    }
    String all = String.join(",", expected);
    return new PlatformException(
        ErrorCode.CSV_COLUMNS_NOT_MATCH,
        "Some columns are missing in the csv file. Missing columns: %s. Expected columns: %s. Please check if the expected delimiter \"%s\" is used in the csv file."
            .formatted(all, all, task.csv().delimiter()),
        Map.of("missingColumns", expected, "expectedColumns", expected),
        null);
  }

  /** How an unpacked object is read. */
  private interface Opening {
    CsvInput input(InputStream stream) throws IOException;
  }
}
