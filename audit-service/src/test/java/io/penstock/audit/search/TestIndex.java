package io.penstock.audit.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.audit.keep.Segment;
import io.penstock.audit.keep.Trail;
import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** An index in a folder, filled without a store. */
final class TestIndex implements AutoCloseable {
  final SearchIndex index;
  final RecordFinder search;

  /** With Lucene. */
  TestIndex(Path directory) {
    this(new RecordIndex(directory, "test", Duration.ofMillis(20)));
  }

  TestIndex(SearchIndex index) {
    this.index = index;
    search = finder(index);
    index.open(Set.of(new Trail("1"), new Trail("2"), Trail.PLATFORM));
    index.completed();
  }

  static RecordFinder finder(SearchIndex index) {
    return switch (index) {
      case RecordIndex onDisk -> new RecordSearch(onDisk, kept -> kept);
      case ElasticIndex elastic -> new ElasticSearch(elastic, kept -> kept);
    };
  }

  void add(AuditRecord... records) {
    List.of(records).stream()
        .collect(Collectors.groupingBy(Trail::of))
        .forEach((trail, all) -> index.apply(new Segment(trail, index.next(trail), all)));
    AuditRecord last = records[records.length - 1];
    long project = last.projectId() == null ? 0 : last.projectId();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> project == 0 || search.find(project, last.id().toString()).isPresent());
  }

  RecordQuery.Page page(RecordQuery query) {
    return page(search, query);
  }

  static RecordQuery.Page page(RecordFinder search, RecordQuery query) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    search.writePage(query, () -> body);
    return Json.read(body.toString(StandardCharsets.UTF_8), RecordQuery.Page.class);
  }

  /** The seconds of {@link io.penstock.audit.Samples} of what was found, newest first. */
  List<Long> find(long project, String query) {
    RecordQuery.Page page = page(Queries.of(project).query(query).build());
    assertThat(page.total()).isEqualTo(page.records().size());
    return seconds(page);
  }

  static List<Long> seconds(RecordQuery.Page page) {
    return page.records().stream()
        .map(kept -> kept.record().id().getLeastSignificantBits() & 0xffff_ffffL)
        .toList();
  }

  @Override
  public void close() {
    index.close();
  }
}
