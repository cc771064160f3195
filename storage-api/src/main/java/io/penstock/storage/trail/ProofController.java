package io.penstock.storage.trail;

import io.penstock.model.Json;
import io.penstock.model.audit.KeptRecord;
import io.penstock.storage.access.Caller;
import io.penstock.storage.event.EventSearch;
import io.penstock.storage.job.JobReceipts;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.JsonFields;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Single records and receipts, in files that prove themselves offline. */
@RestController
@RequestMapping("/v2/audit")
class ProofController {
  private static final int VERSION = 1;

  private final EventSearch search;
  private final JobReceipts receipts;
  private final TrailLog log;

  ProofController(EventSearch search, JobReceipts receipts, TrailLog log) {
    this.search = search;
    this.receipts = receipts;
    this.log = log;
  }

  /** The proof's own text: its entry is hashed letter by letter. */
  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/proof/{event}")
  ResponseEntity<byte[]> proof(Caller caller, @PathVariable String event) {
    KeptRecord kept = search.requireRecord(caller, event);
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .body(log.proof(caller, kept).getBytes(StandardCharsets.UTF_8));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/receipt/{job}")
  ResponseEntity<Object> receipt(Caller caller, @PathVariable long job) {
    JobReceipts.Receipt found = receipts.require(caller.projectId(), job);
    Call.current().about("job", Long.toString(job), found.operation());
    KeptRecord kept = search.requireRecord(caller, found.recordId().toString());
    JsonNode proof = Json.mapper().readTree(log.proof(caller, kept));
    return Answers.ok(
        new JsonFields()
            .put("version", VERSION)
            .put("jobId", job)
            .put("receipt", found.receipt())
            .put("record", Json.mapper().valueToTree(kept.record()))
            .put("proof", proof)
            .map());
  }
}
