package io.penstock.storage.job;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Params;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Shows jobs (contract, chapter 2.8); one query for one job, because clients poll. */
@RestController
class JobController {
  private final JobRows rows;
  private final JobLists lists;
  private final TimeTexts times;

  JobController(JobRows rows, JobLists lists, TimeTexts times) {
    this.lists = lists;
    this.times = times;
    this.rows = rows;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/v2/storage/jobs")
  Object list(Caller caller, Params params) {
    return lists.of(caller, JobFilter.of(caller, params, times));
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/v2/storage/jobs/{id}")
  Map<String, Object> detail(Caller caller, @PathVariable long id) {
    Call call = Call.current();
    JobRow job =
        rows.findVisible(caller.projectId(), id)
            .orElseThrow(
                () ->
                    new PlatformException(
                        ErrorCode.JOB_NOT_FOUND,
                        "Job \"%d\" was not found in the project \"%d\""
                            .formatted(id, caller.projectId())));
    call.about("job", Long.toString(id), job.operation());
    return JobJson.of(job, call.baseUrl());
  }
}
