package io.penstock.storage.table;

import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.storage.job.JobEnding.EndedJob;
import io.penstock.storage.web.JsonFields;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the events of jobs have in common. */
public final class TableEvents {
  private TableEvents() {}

  public static AuditObject object(EndedJob job) {
    String label = job.tableLabel();
    return label == null
        ? AuditObject.NONE
        : new AuditObject("table", label, label.substring(label.lastIndexOf('.') + 1));
  }

  public static Map<String, Object> error(@Nullable JobError error) {
    return error == null
        ? Map.of()
        : new JsonFields()
            .put("code", error.code())
            .put("message", error.message())
            .put("exceptionId", error.exceptionId())
            .map();
  }
}
