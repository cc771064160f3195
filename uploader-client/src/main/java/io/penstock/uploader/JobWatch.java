package io.penstock.uploader;

import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Waits for a job: asks often at first, for most jobs are short, and seldom later. */
final class JobWatch {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final ApiConnection api;
  private final Duration limit;

  JobWatch(ApiConnection api, Duration limit) {
    this.api = api;
    this.limit = limit;
  }

  /**
   * Waits for the end of {@code job}.
   *
   * @param tick runs before each question
   * @return the job in its final state {@code success}
   * @throws UploadRefusedException when it ended in {@code error}
   * @throws UploadGaveUpException when it has not ended within the limit; the server goes on with
   *     it
   */
  JsonNode await(JsonNode job, Runnable tick) throws InterruptedException {
    long id = job.path("id").asLong(0);
    Timekeeper time = api.time();
    long begin = time.nanos();
    Duration pause = FIRST_PAUSE;
    JsonNode current = job;
    while (true) {
      switch (current.path("status").asString("")) {
        case "success" -> {
          return current;
        }
        case "error" -> throw UploadRefusedException.fromJob(current);
        default -> {} // waiting or processing
      }
      if (time.nanos() - begin > limit.toNanos()) {
        throw new UploadGaveUpException(
            "job %d is still %s after %d s; the server goes on with it"
                .formatted(id, current.path("status").asString("unfinished"), limit.toSeconds()),
            null);
      }
      tick.run();
      time.pause(pause);
      current = api.require("GET", "jobs/" + id, null).json();
      Duration next = pause.multipliedBy(3).dividedBy(2);
      pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    }
  }
}
