package io.penstock.storage.table;

import io.penstock.storage.access.Caller;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.metadata.Metadata;
import io.penstock.storage.metadata.MetadataMatch;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Included;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Finds tables by their metadata, or by that of their columns (chapter 2.18). */
@RestController
class TableSearchController {
  private static final Set<String> DEFAULT =
      Set.of("buckets", "columns", "metadata", "columnMetadata");

  private final Metadata metadata;
  private final Tables tables;
  private final Buckets buckets;
  private final TableViews views;

  TableSearchController(Metadata metadata, Tables tables, Buckets buckets, TableViews views) {
    this.metadata = metadata;
    this.tables = tables;
    this.buckets = buckets;
    this.views = views;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/v2/storage/search/tables")
  ResponseEntity<Object> search(Caller caller, Params params) {
    Set<Long> matching = metadata.tablesWith(caller.projectId(), MetadataMatch.of(params));
    Map<Long, Bucket> byId =
        buckets.readable(caller).stream()
            .collect(Collectors.toMap(Bucket::id, Function.identity()));
    List<DataTable> found =
        tables.readable(caller).stream()
            .filter(table -> matching.contains(table.id()) && byId.containsKey(table.bucketId()))
            .toList();
    Included included = Included.of(params);
    return Answers.ok(
        views.list(
            found,
            byId,
            caller.project(),
            Call.current().baseUrl(),
            included.given() ? included : new Included(true, DEFAULT)));
  }
}
