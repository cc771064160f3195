package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.model.Json;
import io.penstock.model.Secret;
import io.penstock.storage.access.ManageTokens;
import io.penstock.storage.file.FileArchiver;
import io.penstock.storage.http.Client.Answer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What is recorded, into whose trail, and that nothing happens without. */
class RecordsIT {
  private static final Pattern RECORD = Pattern.compile("(?i)X-Penstock-Record-Id: (\\S+)");

  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();

  @Test
  void recordThatWaitsForLongIsToldByHealthAndTakesNoNodeAway() {
    UUID old = new UUID(7L << 16 | 0x7000, 1L << 63);
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO outbox_record (id, body, created_at, lease_until)
            VALUES (:id, '{}', now() - interval '6 minutes', now() + interval '1 hour')
            """)
        .param("id", old)
        .update();
    try {
      await().atMost(Duration.ofSeconds(20)).until(() -> master.health("records") == 503);

      assertThat(master.health("ready")).isEqualTo(200);
      assertThat(master.get("tokens/verify").status()).isEqualTo(200);
    } finally {
      gateway.jdbc().sql("DELETE FROM outbox_record WHERE id = :id").param("id", old).update();
    }
  }

  @Test
  void everyAnswerOfBothApisNamesItsRecord() {
    String admin = superAdmin().reveal();
    List<Answer> answers =
        List.of(
            master.get("buckets"),
            master.get("buckets/in.c-nope"),
            master.get("nothing/here"),
            master.post("buckets", "application/json", "{".getBytes(StandardCharsets.UTF_8)),
            master.with("").get("buckets"),
            master.with("1-1-x").get("buckets"),
            master.page("/v2/storage"),
            master.page("/docs"),
            master.page("/share/none"),
            master.page("/nowhere"),
            master.manage(admin, "GET", "organizations", null),
            master.manage(admin, "GET", "organizations/999999", null),
            master.manage("x", "GET", "organizations", null),
            master.delete("tokens/999999"));

    for (Answer answer : answers) {
      JsonNode record = record(answer);
      assertThat(record.path("kind").asString()).isEqualTo("CALL");
      assertThat(record.path("status").asInt())
          .as(String.valueOf(answer.response().uri()))
          .isEqualTo(answer.status());
    }
  }

  /** Tomcat refuses them before any filter. */
  @Test
  void requestThatIsNoCallIsRecordedToo() throws IOException {
    for (String path : List.of("/v2/storage/%00", "/v2/storage/%ff%fe", "/%2e%2e/%2e%2e/x")) {
      String answer = raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nUser-Agent: broken\r\n");

      Matcher id = RECORD.matcher(answer);
      assertThat(id.find()).as(answer).isTrue();
      JsonNode record = record(id.group(1));
      assertThat(record.path("organisationId").isNull()).isTrue();
      assertThat(answer).startsWith("HTTP/1.1 " + record.path("status").asInt());
      assertThat(record.at("/source/userAgent").asString()).isEqualTo("broken");
      assertThat(record.path("exceptionId").asString()).isNotEmpty();
      assertThat(answer).contains(record.path("exceptionId").asString());
    }
  }

  private String raw(String head) throws IOException {
    URI address = URI.create(master.address());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket
          .getOutputStream()
          .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void callWithATokenThatWasTakenAwayBelongsToItsProject() {
    Client gone = gateway.limited();
    gone.get("buckets").json(200);
    assertThat(master.delete("tokens/" + gone.tokenId()).status()).isEqualTo(204);

    JsonNode record = record(refused(gone.get("buckets"), 401));

    assertThat(record.path("projectId").asLong()).isEqualTo(gateway.project);
    assertThat(record.path("organisationId").asLong()).isEqualTo(1);
    assertThat(record.at("/actor/id").asString()).isEqualTo(Long.toString(gone.tokenId()));
    assertThat(record.path("outcome").asString()).isEqualTo("REFUSED");
  }

  @Test
  void callWithoutAGenuineTokenBelongsToThePlatformWhateverItClaims() {
    String text = master.token();
    String forged = text.substring(0, text.length() - 4) + "0000";

    for (String token : List.of("", forged, "12-1-x", "12-" + "a".repeat(43))) {
      JsonNode record = record(refused(master.with(token).get("buckets"), 401));

      assertThat(record.path("projectId").isNull()).isTrue();
      assertThat(record.path("organisationId").isNull()).isTrue();
      assertThat(record.at("/actor/type").asString()).isEqualTo("none");
      assertThat(record.toString()).doesNotContain(forged);
    }
  }

  @Test
  void callOfTheManageApiBelongsToWhomItIsAbout() {
    String admin = superAdmin().reveal();
    gateway // whose first organisation came without the sequence
        .jdbc()
        .sql("SELECT setval(pg_get_serial_sequence('organisation', 'id'), 900)")
        .query(Long.class)
        .single();

    JsonNode made =
        record(
            master.manage(
                admin, "POST", "maintainers/1/organizations", Map.of("name", "Recorded")));
    long organisation = made.path("organisationId").asLong();
    JsonNode seen = record(master.manage(admin, "GET", "organizations/" + organisation, null));
    JsonNode project = record(master.manage(admin, "GET", "projects/12", null));
    JsonNode all = record(master.manage(admin, "GET", "organizations", null));

    assertThat(made.at("/actor/type").asString()).isEqualTo("user");
    assertThat(made.at("/object/name").asString()).isEqualTo("Recorded");
    assertThat(seen.path("organisationId").asLong()).isEqualTo(organisation);
    assertThat(seen.path("projectId").isNull()).isTrue();
    assertThat(project.path("projectId").asLong()).isEqualTo(12);
    assertThat(project.path("organisationId").asLong()).isEqualTo(1);
    assertThat(all.path("organisationId").isNull()).isTrue();
  }

  @Test
  void whatCannotBeRecordedIsAnswered503AndChangesNothing() {
    // For calls of this run alone, as if the table could not be written.
    gateway
        .jdbc()
        .sql(
            "ALTER TABLE outbox_record ADD CONSTRAINT unwritable CHECK (body NOT LIKE"
                + " '%run-unwritable%') NOT VALID")
        .update();
    try {
      Client client = master.inRun("run-unwritable");
      String name = Gateway.unique("never");
      String before = gateway.everything();

      for (Answer answer :
          List.of(
              client.post("buckets", Map.of("name", name)),
              client.get("buckets"),
              client.get("tokens/verify"),
              client.post("tickets", Map.of()),
              client.post("tokens", Map.of("description", name)),
              client.delete("tokens/999999"),
              client.post("events", Map.of("component", "a.b", "message", "x")))) {
        answer.assertRefused(503, "serviceUnavailable");
        assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.response().headers().firstValue("X-Penstock-Record-Id"))
            .as("no record is told of that is not there")
            .isEmpty();
      }

      assertThat(gateway.everything()).isEqualTo(before);
      assertThat(master.get("buckets").body()).doesNotContain(name);
    } finally {
      gateway.jdbc().sql("ALTER TABLE outbox_record DROP CONSTRAINT unwritable").update();
    }
  }

  /** Its record waits for a lock longer than its caller is kept, and is written after all. */
  @ParameterizedTest
  @ValueSource(strings = {"buckets", "tokens/verify"})
  void recordThatComesTooLateIsFollowedByWhatItsCallerWasTold(String path) throws SQLException {
    master.get(path).json(200);
    Client client = master.inRun(Gateway.unique("run-late"));
    try (Connection other = gateway.context.getBean(DataSource.class).getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE outbox_record IN SHARE MODE");

      Answer answer = client.get(path);
      answer.assertRefused(503, "serviceUnavailable");
      assertThat(answer.response().headers().firstValue("X-Penstock-Record-Id")).isEmpty();
      other.rollback();
      other.setAutoCommit(true);

      List<JsonNode> told = await().until(() -> ofRun(client), records -> records.size() == 2);
      assertThat(told.getFirst().path("kind").asString()).isEqualTo("CALL");
      assertThat(told.getFirst().path("status").asInt()).isEqualTo(200);
      assertThat(told.getLast().path("kind").asString()).isEqualTo("CALL_ENDED");
      assertThat(told.getLast().path("status").asInt()).isEqualTo(503);
      assertThat(told.getLast().path("outcome").asString()).isEqualTo("FAILED");
      assertThat(told.getLast().at("/params/call").asString())
          .isEqualTo(told.getFirst().path("id").asString());
      assertThat(told.getLast().at("/results/recordedStatus").asInt()).isEqualTo(200);
      assertThat(told.getLast().path("exceptionId").asString())
          .isEqualTo(answer.json().path("exceptionId").asString());
    }
  }

  /** What is decided too late, and against the record, leaves nothing that could be corrected. */
  @Test
  void recordThatIsNotWrittenForAMovedCounterIsFollowedByNothing() throws SQLException {
    master.get("tokens/verify").json(200);
    Client client = master.inRun(Gateway.unique("run-moved"));
    try (Connection other = gateway.context.getBean(DataSource.class).getConnection();
        Statement statement = other.createStatement()) {
      statement.execute("UPDATE project SET revocation = revocation + 1 WHERE id = 12");
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE outbox_record IN SHARE MODE");

      client.get("tokens/verify").assertRefused(503, "serviceUnavailable");
      other.rollback();
      other.setAutoCommit(true);
    }

    master.get("tokens/verify").json(200); // its record is behind all that waited
    await().during(Duration.ofMillis(500)).until(() -> ofRun(client).isEmpty());
  }

  /** {@code tokens/verify} is recorded while it is read, so it may fail when it is recorded. */
  @Test
  void callThatFailsAfterItsRecordIsFollowedByWhatItsCallerWasTold() {
    Client client = master.inRun(Gateway.unique("run-failed"));
    client.get("tokens/verify").json(200);
    Client again = client.inRun(Gateway.unique("run-failed"));
    gateway.jdbc().sql("ALTER TABLE organisation_member RENAME TO away").update();
    Answer answer;
    try {
      answer = again.get("tokens/verify");
    } finally {
      gateway.jdbc().sql("ALTER TABLE away RENAME TO organisation_member").update();
    }

    answer.assertRefused(500, "internalError");
    List<JsonNode> told = await().until(() -> ofRun(again), records -> records.size() == 2);
    assertThat(told.getFirst().path("status").asInt()).isEqualTo(200);
    assertThat(told.getLast().path("kind").asString()).isEqualTo("CALL_ENDED");
    assertThat(told.getLast().path("status").asInt()).isEqualTo(500);
    assertThat(told.getLast().at("/params/call").asString())
        .isEqualTo(told.getFirst().path("id").asString());
    client.get("tokens/verify").json(200);
  }

  private List<JsonNode> ofRun(Client client) {
    return gateway.recordsOfRun(client);
  }

  @Test
  void exportThatCannotBeRecordedIsBrokenOffAndNothingTellsOfIt() {
    gateway
        .jdbc()
        .sql(
            "ALTER TABLE outbox_record ADD CONSTRAINT unwritable CHECK (body NOT LIKE"
                + " '%\"GET /v2/audit/events/export\"%' OR body NOT LIKE '%\"CALL\"%') NOT VALID")
        .update();
    Client client = master.inRun(Gateway.unique("run-unwritable"));
    String page = AuditEventsIT.page(AuditEventsIT.kept(1, AuditEventsIT.large()));
    try {
      for (int i = 0; i < 50; i++) {
        gateway.searchAnswers.add(page);
      }

      client.get("v2/audit/events/export").assertRefused(503, "serviceUnavailable");

      await("the refusal has left, and no page is asked for behind it")
          .during(Duration.ofSeconds(1))
          .until(() -> gateway.searchAnswers.size() >= 48);
      assertThat(ofRun(client)).isEmpty();
    } finally {
      gateway.searchAnswers.clear();
      gateway.jdbc().sql("ALTER TABLE outbox_record DROP CONSTRAINT unwritable").update();
    }
  }

  /** The worker that such a call waits for is not there. */
  @Test
  void answerThatIsAnotherThanItsRecordSaysIsRecordedAgain() {
    Answer answer = master.post("workspaces?async=0", Map.of());
    assertThat(answer.status()).isEqualTo(202);

    JsonNode call = record(answer);
    JsonNode ended = one("CALL_ENDED", "params", "call", call.path("id").asString());

    assertThat(call.path("status").asInt()).isEqualTo(201);
    assertThat(ended.path("status").asInt()).isEqualTo(202);
    gateway.endAbandonedJobs();
  }

  @Test
  void rowThatCannotBeReadKeepsNoOtherFromTheTrail() {
    UUID broken = UUID.randomUUID();
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO outbox_record (id, project_id, body, lease_until)
            VALUES (:id, 12, '{"time":"yesterday"}', now() - interval '1 day')
            """)
        .param("id", broken)
        .update();
    try {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                gateway.worker().forgetRecords(); // whom nobody takes them from, the relay spares
                return leaseMinutes(broken) > 30;
              });
    } finally {
      gateway.jdbc().sql("DELETE FROM outbox_record WHERE id = :id").param("id", broken).update();
    }
  }

  /** A claim alone is for half a minute. */
  private int leaseMinutes(UUID record) {
    return gateway
        .jdbc()
        .sql(
            "SELECT extract(epoch FROM lease_until - now()) / 60 FROM outbox_record WHERE id = :id")
        .param("id", record)
        .query(Integer.class)
        .single();
  }

  @Test
  void jobIsRecordedInEachOfItsStates() {
    String bucket = master.newBucket();
    TableOf table = TableOf.columns(gateway, master, bucket, "id");
    Answer accepted = master.inRun("77.1").post(table.path() + "/optimize", Map.of());
    long job = accepted.json(202).path("id").asLong();

    var message = gateway.worker().receive(job);
    gateway.worker().started(message);
    gateway.worker().started(message);
    await().until(() -> states(job).contains("job.started"));
    gateway.worker().succeeded(message);
    gateway.worker().succeeded(message);
    Worker.finished(master, job);

    assertThat(states(job)).containsExactly("job.accepted", "job.started", "job.ended");
    JsonNode record = one("JOB", "object", "id", Long.toString(job));
    assertThat(record.at("/params/call").asString())
        .isEqualTo(record(accepted).path("id").asString());
    assertThat(record.at("/params/table").asString()).isEqualTo(table.label());
    assertThat(record.path("runId").asString()).isEqualTo("77.1");
    assertThat(record.at("/actor/id").asString()).isEqualTo(Long.toString(master.tokenId()));
    assertThat(keyUses("project:12:writer")).as("its message was sealed").isPositive();
  }

  @Test
  void jobThatIsDoneAtOnceIsRecordedAsAcceptedAndEnded() {
    String bucket = master.newBucket();
    long job =
        master
            .post("buckets/" + bucket + "/share-organization?async=1", Map.of())
            .json(202)
            .path("id")
            .asLong();

    assertThat(states(job)).containsExactly("job.accepted", "job.ended");
  }

  @Test
  void makingAKeyIsRecorded() {
    long organisation = Tenant.newOrganisation(gateway);
    Tenant tenant = Tenant.in(gateway, organisation);

    assertThat(acts("key.create", organisation))
        .extracting(act -> act.at("/object/id").asString())
        .contains("organisation:" + organisation, "project:" + tenant.project());
  }

  @Test
  void expiryOfAFileIsRecordedInItsProject() {
    long file =
        master
            .post("files/prepare", Map.of("name", "old.csv", "maxAgeDays", 1))
            .json(201)
            .path("id")
            .asLong();
    gateway
        .jdbc()
        .sql(
            "UPDATE stored_file SET created_at = now() - interval '3 days', max_age_days = 1 WHERE"
                + " id = :id")
        .param("id", file)
        .update();

    gateway.context.getBean(FileArchiver.class).sweep();

    JsonNode act = one("ACT", "object", "id", Long.toString(file));
    assertThat(act.path("operation").asString()).isEqualTo("retention.fileExpired");
    assertThat(act.path("projectId").asLong()).isEqualTo(12);
    assertThat(act.at("/actor/type").asString()).isEqualTo("service");
  }

  @Test
  void secretsOfParametersAndHeadersAreInNoRecord() {
    String secret = "Zebra7Quagga3Okapi9";
    Client client =
        new Client(
            master.address(),
            master.token(),
            master.tokenId(),
            Map.of(
                "Referer", "https://ui.example.org/?token=" + secret,
                "User-Agent", "tool/1 (password=" + secret + ")"));

    String id =
        client
            .post(
                "events",
                Map.of(
                    "component",
                    "a.b",
                    "message",
                    "login with password=" + secret,
                    "params",
                    Map.of("#key", secret, "nested", Map.of("apiKey", secret), "a", 1),
                    "results",
                    "{\"secret\":\"" + secret + "\"}"))
            .json(201)
            .path("uuid")
            .asString();

    assertThat(
            gateway
                .jdbc()
                .sql("SELECT count(*) FROM outbox_record WHERE body LIKE '%' || :secret || '%'")
                .param("secret", secret)
                .query(Long.class)
                .single())
        .isZero();
    assertThat(master.get("events/" + id).json(200).at("/params/a").asInt()).isEqualTo(1);
  }

  @Test
  void sizeOfTheBodyIsRecorded() {
    JsonNode record = record(master.post("tickets", Map.of("a", "bcd")));

    assertThat(record.at("/results/requestBytes").asInt()).isEqualTo("{\"a\":\"bcd\"}".length());
  }

  @Test
  void organisationSaysHowLongItsRecordsAreToBeFound() {
    String admin = superAdmin().reveal();
    long organisation = Tenant.newOrganisation(gateway);
    String path = "organizations/" + organisation + "/record-retention";

    assertThat(master.manage(admin, "GET", path, null).json(200).path("days").isNull()).isTrue();
    master.manage(admin, "PUT", path, Map.of("days", 400)).json(200);
    assertThat(master.manage(admin, "GET", path, null).json(200).path("days").asInt())
        .isEqualTo(400);
    Answer forever = master.manage(admin, "PUT", path, Map.of("days", ""));
    assertThat(forever.json(200).path("days").isNull()).isTrue();
    assertThat(record(forever).path("organisationId").asLong()).isEqualTo(organisation);
    for (Map<String, ?> bad :
        List.<Map<String, ?>>of(Map.of("days", 0), Map.of("days", "x"), Map.of())) {
      assertThat(master.manage(admin, "PUT", path, bad).status()).isIn(400, 422);
    }
  }

  private static Answer refused(Answer answer, int status) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return answer;
  }

  private JsonNode record(Answer answer) {
    return record(answer.response().headers().firstValue("X-Penstock-Record-Id").orElseThrow());
  }

  private JsonNode record(String id) {
    return gateway
        .jdbc()
        .sql("SELECT body FROM outbox_record WHERE id = CAST(:id AS uuid)")
        .param("id", id)
        .query((rs, _) -> Json.mapper().readTree(rs.getString(1)))
        .single();
  }

  /** The first of that kind. */
  private JsonNode one(String kind, String member, String inner, String value) {
    return gateway
        .jdbc()
        .sql(
            """
            SELECT body FROM outbox_record
            WHERE body::jsonb ->> 'kind' = :kind AND body::jsonb -> :member ->> :inner = :value
            ORDER BY number LIMIT 1
            """)
        .param("kind", kind)
        .param("member", member)
        .param("inner", inner)
        .param("value", value)
        .query((rs, _) -> Json.mapper().readTree(rs.getString(1)))
        .single();
  }

  private List<String> states(long job) {
    return new ArrayList<>(
        gateway
            .jdbc()
            .sql(
                """
                SELECT body::jsonb ->> 'operation' FROM outbox_record
                WHERE body::jsonb ->> 'kind' = 'JOB' AND body::jsonb -> 'object' ->> 'id' = :job ORDER BY number
                """)
            .param("job", Long.toString(job))
            .query(String.class)
            .list());
  }

  private List<JsonNode> acts(String operation, long organisation) {
    return gateway
        .jdbc()
        .sql(
            """
            SELECT body FROM outbox_record
            WHERE body::jsonb ->> 'kind' = 'ACT' AND body::jsonb ->> 'operation' = :operation
              AND body::jsonb ->> 'organisationId' = :organisation
            """)
        .param("operation", operation)
        .param("organisation", Long.toString(organisation))
        .query((rs, _) -> Json.mapper().readTree(rs.getString(1)))
        .list();
  }

  private long keyUses(String what) {
    return gateway
        .jdbc()
        .sql(
            """
            SELECT count(*) FROM outbox_record
            WHERE body::jsonb ->> 'operation' = 'key.open' AND body::jsonb -> 'params' ->> 'what' = :what
            """)
        .param("what", what)
        .query(Long.class)
        .single();
  }

  private Secret superAdmin() {
    long person =
        gateway
            .jdbc()
            .sql(
                """
                INSERT INTO person (email, name, state, super_admin, created_at)
                VALUES (:email, 'Root', 'ACTIVE', true, now()) RETURNING id
                """)
            .param("email", Gateway.unique("root") + "@example.org")
            .query(Long.class)
            .single();
    return gateway.context.getBean(ManageTokens.class).issue(person, "test " + Instant.EPOCH);
  }
}
