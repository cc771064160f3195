package io.penstock.storage.job;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Addresses;
import io.penstock.storage.web.Call;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Waits for jobs in the name of calls that answer with the end itself. No connection is held
 * meanwhile, and every wait ends in time for clients that give up after 30 seconds. The call's
 * record says that the job was accepted; how it ended stands in the job's events. Thread-safe.
 */
@Component
public class AwaitedJobs {
  private static final Duration LOOK = Duration.ofMillis(500);

  private final JobRows rows;
  private final Bell bell;
  private final Duration longest;

  AwaitedJobs(JobRows rows, Bell bell, AwaitProperties properties) {
    this.rows = rows;
    this.bell = bell;
    this.longest = properties.syncWait();
  }

  /** How the job stands after the wait, unless it has failed. */
  public sealed interface Standing {
    /**
     * It has succeeded.
     *
     * @param results the contract's
     */
    record Succeeded(Map<String, Object> results) implements Standing {}

    /**
     * It needs longer: the call is answered 202.
     *
     * @param job the contract's job object
     */
    record UnderWay(Map<String, Object> job) implements Standing {}
  }

  /**
   * Waits for a job of the call at hand.
   *
   * @param job as {@link Jobs#submit} returned it
   * @throws PlatformException what the job has failed by, under its code
   */
  public Standing await(Map<String, Object> job) {
    return await(job, Duration.ZERO);
  }

  /**
   * Waits for a job of a call that has had to wait before.
   *
   * @param spent of the time for which clients have patience
   */
  public Standing await(Map<String, Object> job, Duration spent) {
    long id = (Long) Objects.requireNonNull(job.get("id"));
    long project = Call.current().caller().projectId();
    return await(id, longest.minus(spent), () -> rows.findVisible(project, id));
  }

  /**
   * Waits for a job that no caller sees.
   *
   * @throws PlatformException what the job has failed by, under its code
   */
  public Standing awaitHidden(long projectId, long id) {
    return await(id, longest, () -> rows.find(projectId, id));
  }

  private Standing await(long id, Duration patience, Supplier<Optional<JobRow>> look) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      JobRow row = look.get().orElseThrow();
      switch (row.status()) {
        case SUCCESS -> {
          return new Standing.Succeeded(row.results() == null ? Map.of() : shown(row.results()));
        }
        case ERROR -> throw failure(row.error());
        case WAITING, PROCESSING -> {
          long left = deadline - System.nanoTime();
          if (left <= 0 || !waited(id, Math.min(left, LOOK.toNanos()))) {
            return new Standing.UnderWay(JobJson.of(row, Call.current().baseUrl()));
          }
        }
      }
    }
  }

  private static Map<String, Object> shown(String results) {
    Map<String, Object> stored = JobJson.object(results);
    return Call.isPresent() ? Addresses.absolute(stored, Call.current().baseUrl()) : stored;
  }

  /** False when this node stops. */
  private boolean waited(long id, long nanos) {
    try {
      bell.awaitEnd(id, Duration.ofNanos(nanos));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static PlatformException failure(@Nullable String json) {
    Map<String, Object> error = json == null ? Map.of() : JobJson.object(json);
    ErrorCode code =
        ErrorCode.ofWireCode(String.valueOf(error.get("code"))).orElse(ErrorCode.INTERNAL);
    return new PlatformException(
        code, String.valueOf(error.get("message")), context(error.get("contextParams")), null);
  }

  private static Map<String, Object> context(@Nullable Object given) {
    Map<String, Object> context = new LinkedHashMap<>();
    if (given instanceof Map<?, ?> params) {
      params.forEach(
          (name, value) -> {
            if (value != null) {
              context.put(String.valueOf(name), value);
            }
          });
    }
    return context;
  }
}
