package io.penstock.storage.utility;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Sums over a run (chapter 2.1). */
@RestController
class StatisticsController {
  private static final int MAX_RUN_ID = 1000;

  private final RunStatistics statistics;

  StatisticsController(RunStatistics statistics) {
    this.statistics = statistics;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/v2/storage/stats")
  ResponseEntity<Object> ofRun(Caller caller, Params params) {
    String run = params.text("runId", "");
    if (run.isEmpty() || run.length() > MAX_RUN_ID) {
      throw new PlatformException(
          ErrorCode.VALIDATION, "Missing runId: name the run whose statistics you want");
    }
    return Answers.ok(statistics.of(caller.projectId(), run));
  }
}
