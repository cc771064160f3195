package io.penstock.bench;

import io.penstock.audit.keep.Segment;
import io.penstock.audit.keep.Trail;
import io.penstock.audit.search.RecordIndex;
import io.penstock.audit.search.RecordSearch;
import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A process of its own that fills an index through audit-service's classes, without queue and log,
 * opens it anew, and searches in it.
 */
final class IndexProcess {
  private static final int SEGMENT = 500;
  private static final int BETWEEN_COMMITS = 100_000;
  private static final Duration VISIBLE_AFTER = Duration.ofSeconds(1);

  /** Twice what a record takes: while segments are merged, they are there twice. */
  private static final long ROOM_PER_RECORD = 1_000;

  private IndexProcess() {}

  /**
   * @throws IllegalStateException when the disk has no room for such an index
   */
  static void requireRoom(Path folder, long records) throws IOException {
    long needed = records * ROOM_PER_RECORD;
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < needed) {
      throw new IllegalStateException(
          "An index of %,d records takes up to %,d MB while it is made, and %,d MB are free"
              .formatted(records, needed / 1_000_000, free / 1_000_000));
    }
  }

  /**
   * @param arguments folder, number of records, searches to warm up, searches, file for the result
   */
  public static void main(String... arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    MadeRecords records = new MadeRecords(Long.parseLong(arguments[1]));
    long begin = System.nanoTime();
    try (RecordIndex index = new RecordIndex(folder, "bench", VISIBLE_AFTER)) {
      fill(index, records);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    try (RecordIndex index = new RecordIndex(folder, "bench", VISIBLE_AFTER)) {
      Trail trail = new Trail(Long.toString(MadeRecords.ORGANISATION));
      index.open(Set.of(trail));
      if (index.next(trail) != records.count()) {
        throw new IllegalStateException("The index holds " + index.next(trail) + " records");
      }
      index.completed();
      RecordSearch search = new RecordSearch(index, kept -> kept);
      int warmUp = Integer.parseInt(arguments[2]);
      int searches = Integer.parseInt(arguments[3]);
      Timed _ = timed(search, 0, warmUp, false);
      Timed page = timed(search, warmUp, searches, false);
      Timed counted = timed(search, warmUp, searches, true);
      TrailResult.Search result =
          new TrailResult.Search(
              records.count(),
              seconds,
              size(folder) / 1e6,
              Machine.peakBytes(ProcessHandle.current().pid()) / 1e6,
              TrailResult.Times.of(page.millis()),
              TrailResult.Times.of(counted.millis()),
              Figures.of(counted.found()).median());
      Files.writeString(Path.of(arguments[4]), Json.write(result), StandardCharsets.UTF_8);
    }
  }

  private static void fill(RecordIndex index, MadeRecords records) {
    Trail trail = new Trail(Long.toString(MadeRecords.ORGANISATION));
    index.open(Set.of());
    for (long first = 0; first < records.count(); first += SEGMENT) {
      long end = Math.min(first + SEGMENT, records.count());
      List<AuditRecord> some = LongStream.range(first, end).mapToObj(records::record).toList();
      index.apply(new Segment(trail, first, some));
      if (end % BETWEEN_COMMITS == 0) {
        index.commit();
      }
    }
    index.commit();
  }

  /** How long searches took, and how many records each of them found. */
  private record Timed(List<Double> millis, List<Double> found) {}

  private static Timed timed(RecordSearch search, int from, int searches, boolean counted) {
    Timed timed = new Timed(new ArrayList<>(), new ArrayList<>());
    for (int number = from; number < from + searches; number++) {
      RecordQuery query = MadeSearches.search(number, counted);
      ByteArrayOutputStream page = new ByteArrayOutputStream();
      long begin = System.nanoTime();
      search.writePage(query, () -> (OutputStream) page);
      timed.millis().add((System.nanoTime() - begin) / 1e6);
      timed.found().add(found(page.toByteArray()));
    }
    return timed;
  }

  /** Where it was not counted: how many are on the page. */
  private static double found(byte[] page) {
    RecordQuery.Page found = Json.mapper().readValue(page, RecordQuery.Page.class);
    return found.total() == RecordQuery.Page.NOT_COUNTED ? found.records().size() : found.total();
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
