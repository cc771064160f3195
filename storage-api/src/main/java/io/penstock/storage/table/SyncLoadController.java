package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Permission;
import io.penstock.storage.bucket.Bucket;
import io.penstock.storage.bucket.Buckets;
import io.penstock.storage.job.AwaitedJobs;
import io.penstock.storage.job.AwaitedJobs.Standing.Succeeded;
import io.penstock.storage.job.AwaitedJobs.Standing.UnderWay;
import io.penstock.storage.table.Tables.Located;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.ParamsBody;
import io.penstock.storage.web.StreamedForm;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Loads that bring their data along and are answered with their end (chapters 2.4 and 2.5). What
 * takes longer than clients wait is answered with the job.
 */
@RestController
class SyncLoadController {
  private final LoadService loads;
  private final AwaitedJobs awaited;
  private final Tables tables;
  private final Buckets buckets;

  SyncLoadController(LoadService loads, AwaitedJobs awaited, Tables tables, Buckets buckets) {
    this.loads = loads;
    this.awaited = awaited;
    this.tables = tables;
    this.buckets = buckets;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/v2/storage/buckets/{bucket}/tables")
  ResponseEntity<Object> create(
      Caller caller, @PathVariable String bucket, HttpServletRequest request) throws IOException {
    Bucket into = buckets.require(caller, bucket, Permission.WRITE);
    LoadCall call = call(request);
    return answer(call, () -> loads.create(caller, into, call), Answers::created);
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/v2/storage/tables/{id}/import")
  ResponseEntity<Object> load(Caller caller, @PathVariable String id, HttpServletRequest request)
      throws IOException {
    Located into = tables.require(caller, id, Permission.WRITE);
    LoadCall call = call(request);
    return answer(call, () -> loads.load(caller, into, call), Answers::ok);
  }

  /** While data comes in, its sender is busy; while we fetch it from elsewhere, he waits. */
  private ResponseEntity<Object> answer(
      LoadCall call,
      Supplier<Map<String, Object>> accept,
      Function<Object, ResponseEntity<Object>> ended) {
    long begun = System.nanoTime();
    Map<String, Object> job = accept.get();
    Duration spent =
        call.bringsData() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - begun);
    return switch (awaited.await(job, spent)) {
      case Succeeded(Map<String, Object> results) -> ended.apply(results);
      case UnderWay(Map<String, Object> later) -> Answers.job(later);
    };
  }

  private static LoadCall call(HttpServletRequest request) throws IOException {
    if (StreamedForm.isOne(request)) {
      return LoadCall.of(StreamedForm.of(request, LoadCall.DATA));
    }
    try {
      return LoadCall.of(ParamsBody.read(request));
    } catch (PlatformException e) {
      throw e.code() == ErrorCode.REQUEST_TOO_LARGE
          ? new PlatformException(
              e.code(), e.text() + " as JSON: send larger data as the field data of a form", e)
          : e;
    }
  }
}
