package io.penstock.storage.job;

import io.penstock.storage.access.Caller;
import io.penstock.storage.access.Callers;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Parts;
import io.penstock.storage.web.ServedRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Lists of jobs with the memory of one page, whatever jobs have in their parameters, results and
 * errors: what does not fit into the first one is read while the answer is being written.
 * Thread-safe.
 */
@Component
class JobLists {
  private final JobRows rows;
  private final Callers callers;

  JobLists(JobRows rows, Callers callers) {
    this.rows = rows;
    this.callers = callers;
  }

  /** An answer's body, newest first. */
  Object of(Caller caller, JobFilter filter) {
    String baseUrl = Call.current().baseUrl();
    JobRows.Page first = rows.page(filter);
    List<Map<String, Object>> shown = shown(first, baseUrl);
    if (!first.cut()) {
      return shown;
    }
    ServedRequest.current().ifPresent(ServedRequest::notHeldBack);
    return new Parts<>(shown, new Pages(caller, filter, baseUrl, first));
  }

  private static List<Map<String, Object>> shown(JobRows.Page page, String baseUrl) {
    return page.jobs().stream().map(job -> JobJson.of(job, baseUrl)).toList();
  }

  private final class Pages implements Supplier<List<Map<String, Object>>> {
    private final Caller caller;
    private final String baseUrl;
    private JobFilter filter;
    private boolean cut;

    Pages(Caller caller, JobFilter filter, String baseUrl, JobRows.Page first) {
      this.caller = caller;
      this.baseUrl = baseUrl;
      this.filter = filter.following(first.jobs().getLast().id(), first.jobs().size());
      this.cut = first.cut();
    }

    /** A token that was taken away reads no further page. */
    @Override
    public List<Map<String, Object>> get() {
      if (!cut) {
        return List.of();
      }
      var _ = callers.again(caller);
      JobRows.Page page = rows.page(filter);
      cut = page.cut();
      if (cut) {
        filter = filter.following(page.jobs().getLast().id(), page.jobs().size());
      }
      return shown(page, baseUrl);
    }
  }
}
