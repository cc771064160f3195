package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.storage.http.Client.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Lists of jobs are whole, whatever jobs have in their parameters. */
class JobListIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final String LONG = "x".repeat(300_000);

  private final Client master = GATEWAY.master();
  private final String run = UUID.randomUUID().toString();

  @Test
  void longJobsAreListedInPartsAndEachOnce() {
    List<Long> made = IntStream.range(0, 24).mapToObj(n -> job(n % 2 == 0 ? LONG : "x")).toList();
    List<Long> newestFirst = new ArrayList<>(made);
    Collections.reverse(newestFirst);

    Answer all = master.get("jobs?runId=" + run);
    assertThat(ids(all)).isEqualTo(newestFirst);
    assertThat(all.json().path(1).path("operationParams").path("text").asString()).isEqualTo(LONG);
    assertThat(all.response().headers().firstValue("ETag")).as("none of it is held back").isEmpty();
    assertThat(ids(master.get("jobs?limit=20&offset=3&runId=" + run)))
        .isEqualTo(newestFirst.subList(3, 23));
  }

  @Test
  void listThatFitsIntoOnePartHasATag() {
    List<Long> made = List.of(job("x"), job(LONG), job("x"));

    Answer all = master.get("jobs?runId=" + run);

    assertThat(ids(all)).isEqualTo(made.reversed());
    assertThat(all.response().headers().firstValue("ETag")).isPresent();
  }

  @Test
  void tokenThatWasTakenAwayReadsNoFurtherPart() throws IOException {
    JsonNode token = master.post("tokens", Map.of("description", run)).json(201);
    for (int n = 0; n < 60; n++) {
      GATEWAY
          .jdbc()
          .sql("UPDATE job SET token_id = :token WHERE id = :id")
          .param("token", token.path("id").asLong())
          .param("id", job(LONG))
          .update();
    }
    try (InputStream list =
        master.with(token.path("token").asString()).open("jobs?runId=" + run).body()) {
      assertThat(list.read()).isEqualTo('[');
      master.delete("tokens/" + token.path("id").asString());

      assertThatExceptionOfType(IOException.class).isThrownBy(list::readAllBytes);
    }
  }

  private static List<Long> ids(Answer list) {
    List<Long> ids = new ArrayList<>();
    for (JsonNode job : list.json(200)) {
      ids.add(job.path("id").asLong());
    }
    return ids;
  }

  private long job(String text) {
    return GATEWAY
        .jdbc()
        .sql(
            """
            INSERT INTO job (project_id, token_description, operation, params, task, lock_mode, status, run_id,
                             created_at, started_at, ended_at)
            VALUES (12, '', 'tableImport', :params, '{}', 'NONE', 'success', :run, now(), now(), now()) RETURNING id
            """)
        .param("params", "{\"text\":\"" + text + "\"}")
        .param("run", run)
        .query(Long.class)
        .single();
  }
}
