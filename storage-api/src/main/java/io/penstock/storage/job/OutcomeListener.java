package io.penstock.storage.job;

import io.penstock.model.Json;
import io.penstock.model.QueueText;
import io.penstock.model.job.JobOutcome;
import org.springframework.stereotype.Component;

/**
 * Receives what workers report. Returning acknowledges the message, after the commit; throwing
 * leaves it for the next delivery, and in the end for the dead letters. A report that is lost there
 * is not lost for good: the job is sent again, and the worker answers from its ledger.
 */
@Component
class OutcomeListener {
  private final JobEnds ends;

  OutcomeListener(JobEnds ends) {
    this.ends = ends;
  }

  void receive(String body) {
    ends.apply(Json.read(QueueText.unpack(body), JobOutcome.class));
  }
}
