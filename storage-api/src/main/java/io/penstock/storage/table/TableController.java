package io.penstock.storage.table;

import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.bucket.TablesInBucket;
import io.penstock.storage.job.AwaitedJobs;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Events.Event;
import io.penstock.storage.web.Included;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tables over HTTP (chapter 2.4, loads of 2.5). */
@RestController
class TableController implements TablesInBucket {
  private final LoadService loads;
  private final Tables tables;
  private final Buckets buckets;
  private final TableViews views;
  private final TableRemovals removals;
  private final AliasUnlinking unlinking;
  private final AwaitedJobs awaited;

  TableController(
      LoadService loads,
      Tables tables,
      Buckets buckets,
      TableViews views,
      TableRemovals removals,
      AliasUnlinking unlinking,
      AwaitedJobs awaited) {
    this.removals = removals;
    this.unlinking = unlinking;
    this.awaited = awaited;
    this.loads = loads;
    this.tables = tables;
    this.buckets = buckets;
    this.views = views;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/v2/storage/tables")
  ResponseEntity<Object> all(Caller caller, Params params) {
    Map<Long, Bucket> byId =
        buckets.readable(caller).stream()
            .collect(Collectors.toMap(Bucket::id, Function.identity()));
    List<DataTable> readable =
        tables.readable(caller).stream()
            .filter(table -> byId.containsKey(table.bucketId()))
            .toList();
    return Answers.ok(
        views.list(
            readable, byId, caller.project(), Call.current().baseUrl(), Included.of(params)));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/v2/storage/buckets/{bucket}/tables")
  ResponseEntity<Object> inBucket(Caller caller, @PathVariable String bucket, Params params) {
    Bucket listed = buckets.require(caller, bucket, Permission.READ);
    Call.current()
        .tell(
            Event.of(
                "storage.tablesListed",
                "Listed tables",
                new AuditObject("bucket", bucket, listed.name())));
    return Answers.ok(list(caller, listed, Included.of(params)));
  }

  @Override
  public List<Map<String, Object>> list(Caller caller, Bucket bucket, Included included) {
    return views.list(
        tables.inBucket(bucket),
        Map.of(bucket.id(), bucket),
        caller.project(),
        Call.current().baseUrl(),
        included);
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/v2/storage/buckets/{bucket}/tables-async")
  ResponseEntity<Object> create(Caller caller, @PathVariable String bucket, Params params) {
    Bucket into = buckets.require(caller, bucket, Permission.WRITE);
    return Answers.job(loads.create(caller, into, LoadCall.without(params)));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/v2/storage/tables/{id}")
  ResponseEntity<Object> detail(Caller caller, @PathVariable String id) {
    Located found = tables.require(caller, id, Permission.READ);
    Call.current()
        .tell(
            Event.of(
                "storage.tableDetail",
                "Detail of table " + found.table().label(),
                found.table().object()));
    return Answers.ok(
        views.detail(found.table(), found.bucket(), caller.project(), Call.current().baseUrl()));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/v2/storage/tables/{id}")
  ResponseEntity<Object> delete(Caller caller, @PathVariable String id, Params params) {
    if (params.asks("unlink")) {
      return unlink(caller, id, params);
    }
    boolean force = params.flag("force", false);
    if (params.flag("async", false)) {
      return Answers.job(removals.deleteByJob(caller, id, force, params));
    }
    removals.delete(caller, id, force);
    return Answers.noContent();
  }

  /** Answered at once as soon as the table is there, in time for clients that give up. */
  private ResponseEntity<Object> unlink(Caller caller, String id, Params params) {
    Map<String, Object> job = unlinking.unlink(caller, id, params);
    return params.flag("async", false)
            || !(awaited.await(job) instanceof AwaitedJobs.Standing.Succeeded)
        ? Answers.job(job)
        : Answers.noContent();
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/v2/storage/tables/{id}/import-async")
  ResponseEntity<Object> load(Caller caller, @PathVariable String id, Params params) {
    Located into = tables.require(caller, id, Permission.WRITE);
    return Answers.job(loads.load(caller, into, LoadCall.without(params)));
  }
}
