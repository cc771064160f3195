package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.http.Client.Answer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A POST under an {@code Idempotency-Key} happens once, and is answered the same each time. */
class IdempotencyIT {
  private static final Gateway GATEWAY = Gateway.get();
  private final Client master = GATEWAY.master();
  private final String key = UUID.randomUUID().toString();

  @Test
  void repeatedCallGetsTheFirstAnswer() {
    Map<String, String> bucket = Map.of("name", Gateway.unique("once"));

    Answer first = master.under(key).post("buckets", bucket);
    Answer second = master.under(key).post("buckets", bucket);

    assertThat(second.json(201)).isEqualTo(first.json(201));
    assertThat(first.response().headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(second.response().headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(second.response().headers().firstValue("X-Penstock-Record-Id"))
        .as("the repetition is a call of its own in the trail")
        .isNotEqualTo(first.response().headers().firstValue("X-Penstock-Record-Id"));
  }

  @Test
  void answerWithASecretIsKeptSealed() {
    Map<String, String> token = Map.of("description", Gateway.unique("sealed"));

    String made = master.under(key).post("tokens", token).json(201).path("token").asString();
    String again = master.under(key).post("tokens", token).json(201).path("token").asString();

    assertThat(again).isEqualTo(made).isNotEmpty();
    String kept =
        GATEWAY
            .jdbc()
            .sql("SELECT encode(answer, 'escape') FROM idempotency_key WHERE key = :key")
            .param("key", key)
            .query(String.class)
            .single();
    assertThat(kept).isNotEmpty().doesNotContain(made).doesNotContain("description");
  }

  @Test
  void manyAtOnceDoItOnce() throws Exception {
    String name = Gateway.unique("race");
    Callable<Answer> call = () -> master.under(key).post("buckets", Map.of("name", name));
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers = callers.invokeAll(List.of(call, call, call, call, call, call));

      for (Future<Answer> answer : answers) {
        assertThat(answer.get().json(201)).isEqualTo(answers.getFirst().get().json(201));
      }
    }
  }

  @Test
  void keyOfAnotherRequestIsRefused() {
    master.under(key).post("buckets", Map.of("name", Gateway.unique("first"))).json(201);

    master
        .under(key)
        .post("buckets", Map.of("name", Gateway.unique("other")))
        .assertRefused(400, "idempotencyKeyReused");
    master.under(key).post("tokens", Map.of()).assertRefused(400, "idempotencyKeyReused");
    master
        .under("x".repeat(256))
        .post("buckets", Map.of("name", Gateway.unique("long")))
        .assertRefused(400, "storage.validation");
  }

  @Test
  void refusedCallKeepsNoKey() {
    master
        .under(key)
        .post("buckets", Map.of("name", "a b"))
        .assertRefused(400, "storage.buckets.validation");

    master.under(key).post("buckets", Map.of("name", Gateway.unique("after"))).json(201);
  }

  @Test
  void anotherTokensKeyIsAnotherKey() {
    Map<String, String> bucket = Map.of("name", Gateway.unique("mine"));
    master.under(key).post("buckets", bucket).json(201);

    GATEWAY
        .master()
        .under(key)
        .post("buckets", bucket)
        .assertRefused(400, "storage.buckets.alreadyExists");
  }

  @Test
  void keyIsFreeAfterADay() {
    Map<String, String> bucket = Map.of("name", Gateway.unique("old"));
    master.under(key).post("buckets", bucket).json(201);
    GATEWAY
        .jdbc()
        .sql("UPDATE idempotency_key SET created_at = now() - interval '25 hours' WHERE key = :key")
        .param("key", key)
        .update();

    master.under(key).post("buckets", bucket).assertRefused(400, "storage.buckets.alreadyExists");
  }

  /** A call that waits for its job answers long after its change is durable. */
  @Test
  void repetitionWaitsForAnAnswerThatIsLate() {
    Map<String, String> bucket = Map.of("name", Gateway.unique("late"));
    String first = master.under(key).post("buckets", bucket).json(201).path("id").asString();
    GATEWAY
        .jdbc()
        .sql(
            """
            CREATE TABLE late_answer AS SELECT key, status, answer FROM idempotency_key WHERE key = :key;
            UPDATE idempotency_key SET status = NULL, answer = NULL WHERE key = :key
            """)
        .param("key", key)
        .update();
    var arrives =
        CompletableFuture.runAsync(
            () ->
                GATEWAY
                    .jdbc()
                    .sql(
                        """
                        UPDATE idempotency_key k SET status = l.status, answer = l.answer FROM late_answer l WHERE k.key = l.key;
                        DROP TABLE late_answer
                        """)
                    .update(),
            CompletableFuture.delayedExecutor(2500, TimeUnit.MILLISECONDS));

    assertThat(master.under(key).post("buckets", bucket).json(201).path("id").asString())
        .isEqualTo(first);
    arrives.join();
  }

  @Test
  void answerThatWasLostIsSaidToBeLostAndNothingIsDoneAgain() {
    Map<String, String> bucket = Map.of("name", Gateway.unique("lost"));
    master.under(key).post("buckets", bucket).json(201);
    GATEWAY
        .jdbc()
        .sql(
            "UPDATE idempotency_key SET status = NULL, answer = NULL, created_at = now() -"
                + " interval '1 minute' WHERE key = :key")
        .param("key", key)
        .update();

    master.under(key).post("buckets", bucket).assertRefused(400, "idempotencyAnswerUnknown");
  }
}
