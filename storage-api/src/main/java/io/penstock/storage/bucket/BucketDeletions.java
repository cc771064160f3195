package io.penstock.storage.bucket;

import io.penstock.model.job.JobOutcome;
import io.penstock.storage.job.JobEnding;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The end of {@code bucketDelete}: everything that anybody sees was hidden when the job was
 * accepted.
 */
@Component
class BucketDeletions implements JobEnding {
  static final String OPERATION = "bucketDelete";

  @Override
  public boolean handles(String operation) {
    return operation.equals(OPERATION);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    return null;
  }
}
