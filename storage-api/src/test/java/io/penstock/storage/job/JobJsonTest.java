package io.penstock.storage.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobJsonTest {
  private static final String RECEIPT = "{\"recordsRead\":6}";
  private static final Instant CREATED = Instant.parse("2030-01-02T09:00:00.987Z");

  @Test
  void freshJobIsExactlyWhatTheContractShows() {
    JobRow fresh =
        row(JobRow.Status.WAITING, null, null, null, null, "{\"queue\":\"main\",\"params\":{}}");

    String json = Json.write(JobJson.of(fresh, "https://storage.example.org"));

    assertThat(json)
        .isEqualTo(
            """
            {"id":2201,"status":"waiting","url":"https://storage.example.org/v2/storage/jobs/2201",\
            "tableId":"in.c-main.users","operationName":"tableImport",\
            "operationParams":{"queue":"main","params":{}},"createdTime":"2030-01-02T09:00:00+0000",\
            "startTime":null,"endTime":null,"runId":"1048601","results":null,\
            "creatorToken":{"id":"44","description":"jane@example.org"},\
            "metrics":{"inCompressed":false,"inBytes":0,"inBytesUncompressed":0,\
            "outCompressed":false,"outBytes":0,"outBytesUncompressed":0}}\
            """);
  }

  @Test
  void statusIsOneOfFourWords() {
    assertThat(JobRow.Status.values())
        .extracting(JobRow.Status::word)
        .containsExactly("waiting", "processing", "success", "error");
  }

  @Test
  void onlyResultsBeginsWithResultAndNothingWithError() {
    JobRow success =
        row(JobRow.Status.SUCCESS, CREATED, CREATED, "{\"file\":{\"id\":17}}", null, "{}");

    Map<String, Object> json = JobJson.of(success, "https://storage.example.org");

    assertThat(json.keySet().stream().filter(key -> key.startsWith("result")))
        .containsExactly("results");
    assertThat(json.keySet()).noneMatch(key -> key.startsWith("error"));
    assertThat(json)
        .containsEntry("results", Map.of("file", Map.of("id", 17)))
        .containsEntry("operationParams", Map.of())
        .containsEntry("receipt", Map.of("recordsRead", 6));
  }

  @Test
  void failedJobHasAnErrorAndNoResults() {
    JobRow failed =
        row(
            JobRow.Status.ERROR,
            CREATED,
            CREATED,
            "{\"half\":1}",
            "{\"code\":\"invalidCsv\",\"message\":\"Line 3\"}",
            "{}");

    assertThat(JobJson.of(failed, ""))
        .containsEntry("results", null)
        .containsEntry("error", Map.of("code", "invalidCsv", "message", "Line 3"))
        .doesNotContainKey("receipt");
  }

  private static JobRow row(
      JobRow.Status status,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable String results,
      @Nullable String error,
      String params) {
    return new JobRow(
        2201,
        12,
        44L,
        "jane@example.org",
        "tableImport",
        params,
        "1048601",
        "{}",
        "in.c-main.users",
        1L,
        7L,
        null,
        status,
        CREATED,
        startedAt,
        endedAt,
        results,
        error,
        null,
        RECEIPT);
  }
}
