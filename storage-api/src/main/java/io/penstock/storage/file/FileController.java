package io.penstock.storage.file;

import io.penstock.model.job.JobTask;
import io.penstock.storage.access.Caller;
import io.penstock.storage.job.Jobs;
import io.penstock.storage.job.NewJob;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Files over HTTP (chapter 2.7). */
@RestController
@RequestMapping("/v2/storage/files")
class FileController {
  private final FileService service;
  private final FileLinks links;
  private final FileSweeper sweeper;
  private final Changes changes;
  private final Jobs jobs;

  FileController(
      FileService service, FileLinks links, FileSweeper sweeper, Changes changes, Jobs jobs) {
    this.service = service;
    this.links = links;
    this.sweeper = sweeper;
    this.changes = changes;
    this.jobs = jobs;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/prepare")
  ResponseEntity<Object> prepare(Caller caller, Params params) {
    boolean byForm = !NewFile.byCredentials(params);
    return slot(caller, service.prepare(caller, NewFile.of(params), byForm));
  }

  /** Not in the contract: lets an upload go on that was broken off, or outlives its credentials. */
  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/{id}/credentials")
  ResponseEntity<Object> reopen(Caller caller, @PathVariable long id) {
    return slot(caller, service.reopen(caller, id));
  }

  private ResponseEntity<Object> slot(Caller caller, FileService.Opened slot) {
    return Answers.created(
        json(caller, slot.file()).put("uploadParams", slot.uploadParams()).map());
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping
  ResponseEntity<Object> list(Caller caller, Params params) {
    return Answers.ok(
        service.list(caller, params).stream().map(file -> json(caller, file).map()).toList());
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/{id}")
  ResponseEntity<Object> detail(Caller caller, @PathVariable long id, Params params) {
    StoredFile file = service.detail(caller, id);
    JsonFields json = json(caller, file);
    if (params.asks("federationToken")) {
      json.put("s3Path", FileJson.s3Path(file));
      json.put("credentials", FileJson.credentials(service.forDownload(file)));
    }
    return Answers.ok(json.map());
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/{id}")
  ResponseEntity<Object> delete(Caller caller, @PathVariable long id, Params params) {
    if (!params.flag("async", false)) {
      sweeper.remove(changes.commit(204, () -> service.hide(caller, id)));
      return Answers.noContent();
    }
    AtomicReference<StoredFile> hidden = new AtomicReference<>();
    Map<String, Object> job =
        jobs.submit(
            params,
            () -> {
              hidden.set(service.hide(caller, id));
              return deletion(id);
            });
    StoredFile file = hidden.get();
    if (file != null) {
      sweeper.remove(file);
    }
    return Answers.job(job);
  }

  /** The file is hidden with this job's acceptance; nothing is left for a worker to do. */
  private static NewJob deletion(long id) {
    return new NewJob(
        FileDeletions.OPERATION,
        Map.of("fileId", id, "queue", "main"),
        new JobTask.DropTables(List.of()),
        null,
        null,
        null,
        id,
        NewJob.Lock.NONE);
  }

  private JsonFields json(Caller caller, StoredFile file) {
    return FileJson.of(file, links.to(file), caller.project().region());
  }
}
