package io.penstock.storage.table;

import io.penstock.model.job.JobOutcome;
import io.penstock.storage.job.JobEnding;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The end of {@code tableDrop}: the table was hidden when the job was accepted. */
@Component
class TableDrops implements JobEnding {
  static final String OPERATION = "tableDrop";

  @Override
  public boolean handles(String operation) {
    return operation.equals(OPERATION);
  }

  @Override
  public @Nullable Map<String, Object> end(EndedJob job, JobOutcome outcome) {
    return null;
  }
}
