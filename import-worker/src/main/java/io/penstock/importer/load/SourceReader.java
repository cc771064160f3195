package io.penstock.importer.load;

import io.penstock.importer.csv.CsvDialect;
import io.penstock.importer.csv.CsvInput;
import io.penstock.importer.csv.CsvLimits;
import io.penstock.importer.csv.GunzipStream;
import io.penstock.importer.csv.StoredBytes;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.job.JobOutcome.JobMetrics;
import io.penstock.model.job.JobOutcome.ObjectDigest;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.warehouse.CatalogueRow;
import io.penstock.warehouse.ColumnNames;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a load's objects one after the other: digest, gunzip, header, scanner, sink. The plan of
 * columns is made from the first object's header (or from what the job says) before any data is
 * handed on. Used once, by one thread.
 *
 * <p>{@code ignoredLines} counts records from the front of every object. Together with a header
 * line the first of them is the header, so that columns are never matched by position when the file
 * names them.
 */
final class SourceReader {
  private final LoadTable task;
  private final SourceObjects objects;
  private final Optional<CatalogueRow> table;
  private final CsvLimits limits;
  private final CsvDialect dialect;
  private final List<ObjectDigest> digests = new ArrayList<>();
  private @Nullable ColumnPlan plan;
  private boolean gzip;
  private long storedBytes;
  private long unpackedBytes;
  private long records;

  SourceReader(
      LoadTable task, SourceObjects objects, Optional<CatalogueRow> table, CsvLimits limits) {
    this.task = task;
    this.objects = objects;
    this.table = table;
    this.limits = limits;
    CsvFormat csv = task.csv();
    this.dialect = CsvDialect.of(csv.delimiter(), csv.enclosure(), csv.escapedBy());
  }

  CsvDialect dialect() {
    return dialect;
  }

  List<ObjectDigest> digests() {
    return digests;
  }

  /** Data records read. */
  long records() {
    return records;
  }

  JobMetrics metrics() {
    return new JobMetrics(gzip, storedBytes, unpackedBytes, false, 0, 0);
  }

  /** Reads everything. The loading is told the plan first, then gets each object. */
  <E extends Exception> ColumnPlan read(Loading<E> loading) throws IOException, E {
    for (String key : objects.keys()) {
      readObject(key, loading);
    }
    ColumnPlan known = plan;
    if (known == null) { // a manifest without slices
      known = planOf(null);
      loading.begin(known);
    }
    return known;
  }

  private <E extends Exception> void readObject(String key, Loading<E> loading)
      throws IOException, E {
    try (StoredBytes stored = new StoredBytes(objects.open(key));
        InputStream unpacked = objects.isGzip(key) ? new GunzipStream(stored) : stored) {
      gzip |= objects.isGzip(key);
      CsvInput input = new CsvInput(unpacked, dialect, limits);
      ColumnPlan known = preamble(input);
      if (plan == null) {
        plan = known;
        loading.begin(known);
      }
      input.expectFields(known.file().size());
      loading.load(input);
      records += input.dataRecords();
      unpackedBytes += input.bytes();
      storedBytes += stored.count();
      digests.add(new ObjectDigest(key, stored.count(), stored.sha256()));
    }
  }

  /** Takes header and ignored lines off the front. */
  private ColumnPlan preamble(CsvInput input) throws IOException {
    Integer ignored = task.csv().ignoredLines();
    boolean named = isHeaderNamed() && plan == null;
    int lines = ignored != null ? ignored : named ? 1 : 0;
    List<String> header = null;
    for (int i = 0; i < lines; i++) {
      Optional<List<String>> record = input.takeRecord();
      if (record.isEmpty()) {
        break;
      }
      header = header == null ? record.get() : header;
    }
    ColumnPlan known = plan;
    if (known != null) {
      return known;
    }
    if (named && lines > 0 && header == null) {
      throw empty();
    }
    return planOf(named && lines > 0 ? header : null);
  }

  private boolean isHeaderNamed() {
    return task.csv().header() == Header.FIRST_LINE;
  }

  private ColumnPlan planOf(@Nullable List<String> header) {
    List<String> names;
    if (header != null) {
      names = ColumnNames.cleanAll(header, limits.maxColumns());
    } else if (!task.csv().columns().isEmpty() && task.csv().header() != Header.TABLE_ORDER) {
      names = ColumnNames.cleanAll(task.csv().columns(), limits.maxColumns());
    } else {
      names = table.map(CatalogueRow::names).orElseThrow(this::empty);
    }
    return table
        .map(row -> ColumnPlan.forTable(row, names, task.csv().delimiter(), limits.maxColumns()))
        .orElseGet(() -> ColumnPlan.forNewTable(names, task.primaryKey()));
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

  /** Where the records go. */
  interface Loading<E extends Exception> {
    /** Once, before any record. */
    void begin(ColumnPlan plan) throws E;

    /** Takes all data of one object. */
    void load(CsvInput input) throws IOException, E;
  }
}
