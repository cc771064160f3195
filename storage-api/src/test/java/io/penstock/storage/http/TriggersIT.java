package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.model.QueueNames;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.TriggerFiring;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import tools.jackson.databind.JsonNode;

class TriggersIT {
  private static final List<String> REQUIRED =
      List.of(
          "runWithTokenId", "component", "configurationId", "coolDownPeriodMinutes", "tableIds");

  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final Client runner = gateway.limited();
  private final String bucket = master.newBucket();
  private final String component = Gateway.unique("acme.ex");
  private final String table = table("t");

  private String table(String name) {
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO data_table (project_id, bucket_id, name, display_name, state, columns, created_at)
            SELECT 12, id, :name, :name, 'READY', '{id,name}', now() FROM bucket WHERE stage || '.' || name = :label
            """)
        .param("name", name)
        .param("label", bucket)
        .update();
    return bucket + "." + name;
  }

  private Map<String, Object> body() {
    Map<String, Object> body = new HashMap<>();
    body.put("runWithTokenId", Long.toString(runner.tokenId()));
    body.put("component", component);
    body.put("configurationId", "cfg-9");
    body.put("coolDownPeriodMinutes", 20);
    body.put("tableIds", List.of(table));
    return body;
  }

  private Map<String, Object> bodyWith(String name, Object value) {
    Map<String, Object> body = body();
    body.put(name, value);
    return body;
  }

  private String created() {
    return master.post("triggers/", body()).json(201).path("id").asString();
  }

  @Test
  void projectHasFiveHundredTriggersAtMost() {
    Tenant tenant = Tenant.in(gateway, 1);
    Client owner = tenant.master();
    String place = owner.newBucket();
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO data_table (project_id, bucket_id, name, display_name, state, columns, created_at)
            SELECT project_id, id, 't', 't', 'READY', '{id}', now() FROM bucket WHERE project_id = :project;
            INSERT INTO table_trigger (project_id, component, configuration_id, run_with_token_id,
              cool_down_minutes, last_run_at, creator_id, creator_description, created_at)
            SELECT :project, 'acme.ex', 'c', :token, 1, now(), :token, '', now() FROM generate_series(1, 499)
            """)
        .param("project", tenant.project())
        .param("token", owner.tokenId())
        .update();
    Map<String, Object> asked = bodyWith("tableIds", List.of(place + ".t"));
    asked.put("runWithTokenId", Long.toString(owner.tokenId()));

    owner.post("triggers/", asked).json(201);
    owner.post("triggers/", asked).json(400);
    assertThat(owner.get("triggers/").json(200)).hasSize(500);
  }

  @Test
  void createdTriggerHasTheContractsShape() {
    JsonNode trigger = master.post("triggers/", body()).json(201);

    assertThat(trigger.propertyNames())
        .containsExactly(
            "id",
            "runWithTokenId",
            "component",
            "configurationId",
            "lastRun",
            "coolDownPeriodMinutes",
            "creatorToken",
            "tables");
    assertThat(trigger.path("id").isString()).isTrue();
    assertThat(trigger.path("runWithTokenId").asLong()).isEqualTo(runner.tokenId());
    assertThat(trigger.path("runWithTokenId").isIntegralNumber()).isTrue();
    assertThat(trigger.path("lastRun").asString()).matches("\\d{4}-.*\\+0000");
    assertThat(trigger.path("coolDownPeriodMinutes").asInt()).isEqualTo(20);
    assertThat(trigger.path("creatorToken").toString())
        .isEqualTo("{\"id\":%d,\"description\":\"test\"}".formatted(master.tokenId()));
    assertThat(trigger.path("tables").toString())
        .isEqualTo("[{\"tableId\":\"%s\"}]".formatted(table));
    String id = trigger.path("id").asString();
    assertThat(master.get("triggers/" + id + "/").json(200)).isEqualTo(trigger);
    assertThat(master.get("triggers/?component=" + component).json(200)).containsExactly(trigger);
    assertThat(
            master
                .get("triggers?component=%s&configurationId=other".formatted(component))
                .json(200))
        .isEmpty();
  }

  @Test
  void missingParametersAreNamed() {
    for (String name : REQUIRED) {
      Map<String, Object> body = body();
      body.remove(name);

      Client.Answer refused = master.post("triggers", body);

      refused.assertRefused(400, "storage.validation");
      assertThat(refused.json().path("error").asString())
          .isEqualTo("Missing required query parameter(s) \"%s\"".formatted(name));
    }
    assertThat(master.post("triggers", Map.of()).json(400).path("error").asString())
        .isEqualTo(
            "Missing required query parameter(s) \"%s\"".formatted(String.join(", ", REQUIRED)));
  }

  @Test
  void whatCannotBeIsRefusedAndChangesNothing() {
    String id = created();
    JsonNode before = master.get("triggers/" + id).json(200);
    String other = master.newBucket() + ".t";

    assertThat(refused(id, "coolDownPeriodMinutes", 0, 400, "storage.validation"))
        .isEqualTo("Minimal cool down period is 1 minute");
    refused(id, "coolDownPeriodMinutes", "-3", 400, "storage.validation");
    refused(id, "coolDownPeriodMinutes", Long.MAX_VALUE, 400, "storage.validation");
    refused(id, "coolDownPeriodMinutes", "often", 400, "storage.validation");
    refused(id, "runWithTokenId", "x", 400, "storage.validation");
    refused(id, "runWithTokenId", 999_999_999, 404, "storage.tokens.notFound");
    refused(id, "component", "x".repeat(256), 400, "storage.validation");
    refused(id, "configurationId", "x".repeat(256), 400, "storage.validation");
    refused(id, "tableIds", List.of(table, other), 404, "storage.tables.notFound");
    refused(id, "tableIds", List.of("nonsense"), 404, "storage.tables.notFound");

    assertThat(master.get("triggers/" + id).json(200)).isEqualTo(before);
    assertThat(master.get("triggers?component=" + component).json(200)).hasSize(1);
  }

  private String refused(String id, String name, Object value, int status, String code) {
    master.post("triggers", bodyWith(name, value)).assertRefused(status, code);
    Client.Answer refused = master.put("triggers/" + id, Map.of(name, value));
    refused.assertRefused(status, code);
    return refused.json().path("error").asString();
  }

  @Test
  void updateTakesAnySubsetAndRepeatedPlainTableIds() {
    String id = created();
    String second = table("second");

    JsonNode cooled = master.putForm("triggers/" + id + "/", "coolDownPeriodMinutes=5").json(200);
    assertThat(cooled.path("coolDownPeriodMinutes").asInt()).isEqualTo(5);
    assertThat(cooled.path("tables")).hasSize(1);

    JsonNode watched =
        master
            .putForm("triggers/" + id, "tableIds=%s&tableIds=%s".formatted(second, table))
            .json(200);
    assertThat(watched.path("tables"))
        .extracting(each -> each.path("tableId").asString())
        .containsExactly(second, table);
    assertThat(watched.path("configurationId").asString()).isEqualTo("cfg-9");

    JsonNode one = master.putForm("triggers/" + id, "tableIds=" + second).json(200);
    assertThat(one.path("tables")).hasSize(1);
    assertThat(master.get("triggers/" + id).json(200)).isEqualTo(one);
    assertThat(events(id))
        .containsExactly(
            "storage.triggerCreated",
            "storage.triggerUpdated",
            "storage.triggerUpdated",
            "storage.triggerUpdated");
  }

  @Test
  void deletedTriggerIsNotFound() {
    String id = created();

    Client.Answer deleted = master.delete("triggers/" + id + "/");

    assertThat(deleted.status()).isEqualTo(204);
    assertThat(deleted.body()).isEmpty();
    for (String missing : List.of(id, "999999999", "abc", "9".repeat(30))) {
      Client.Answer answer = master.get("triggers/" + missing);
      answer.assertRefused(404, "storage.triggers.notFound");
      assertThat(answer.json().path("error").asString()).contains("not found");
      master.delete("triggers/" + missing).assertRefused(404, "storage.triggers.notFound");
      master
          .put("triggers/" + missing, Map.of("coolDownPeriodMinutes", 1))
          .assertRefused(404, "storage.triggers.notFound");
    }
    assertThat(events(id)).containsExactly("storage.triggerCreated", "storage.triggerDeleted");
  }

  @Test
  void tokenThatATriggerRunsWithStays() {
    String id = created();

    master.delete("tokens/" + runner.tokenId()).assertRefused(400, "storage.tokens.usedByTrigger");

    runner.get("tokens/verify").json(200);
    master.delete("triggers/" + id);
    assertThat(master.delete("tokens/" + runner.tokenId()).status()).isEqualTo(204);
  }

  @Test
  void onlyWhoMayConfigureTheComponentSeesAndMakesTriggers() {
    String id = created();
    Client limited = gateway.limited();
    gateway.grant(limited, bucket, "READ");
    Client configurer =
        master.with(
            master
                .post(
                    "tokens",
                    Map.of(
                        "componentAccess",
                        List.of(component),
                        "bucketPermissions",
                        Map.of(bucket, "read")))
                .json(201)
                .path("token")
                .asString());

    Client.Answer refused = limited.post("triggers", body());
    refused.assertRefused(403, "accessDenied");
    assertThat(refused.json().path("error").asString())
        .isEqualTo("Your token does not have sufficient privilege.");
    limited.get("triggers/" + id).assertRefused(403, "accessDenied");
    limited.put("triggers/" + id, Map.of()).assertRefused(403, "accessDenied");
    limited.delete("triggers/" + id).assertRefused(403, "accessDenied");
    assertThat(limited.get("triggers").json(200)).isEmpty();

    assertThat(configurer.get("triggers").json(200)).hasSize(1);
    configurer.post("triggers", body()).json(201);
    configurer
        .put("triggers/" + id, Map.of("component", "another"))
        .assertRefused(403, "accessDenied");
    configurer
        .post("triggers", bodyWith("tableIds", List.of(hiddenTable())))
        .assertRefused(403, "accessDenied");
    Client.Answer asAdmin =
        configurer.post("triggers", bodyWith("runWithTokenId", master.tokenId()));
    asAdmin.assertRefused(400, "storage.validation");
    assertThat(asAdmin.json().path("error").asString())
        .isEqualTo("The 'runByToken' cannot be admin's token when your main token is not admin's");
    String ofAdmin =
        master
            .post("triggers", bodyWith("runWithTokenId", master.tokenId()))
            .json(201)
            .path("id")
            .asString();
    configurer
        .put("triggers/" + ofAdmin, Map.of("configurationId", "mine"))
        .assertRefused(400, "storage.validation");
    gateway.client(false, true, false).get("triggers/" + id).json(200);
  }

  private String hiddenTable() {
    String hidden = master.newBucket();
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO data_table (project_id, bucket_id, name, display_name, state, columns, created_at)
            SELECT 12, id, 'h', 'h', 'READY', '{id}', now() FROM bucket WHERE stage || '.' || name = :label
            """)
        .param("label", hidden)
        .update();
    return hidden + ".h";
  }

  @Test
  void importFiresOnceACoolDownAndARefusedOneNever() {
    String id = created();
    imported(true);
    assertThat(events(id)).containsExactly("storage.triggerCreated");
    gateway
        .jdbc()
        .sql("UPDATE table_trigger SET last_run_at = now() - interval '21 minutes' WHERE id = :id")
        .param("id", Long.parseLong(id))
        .update();
    String before = master.get("triggers/" + id).json(200).path("lastRun").asString();
    imported(false);
    assertThat(events(id)).containsExactly("storage.triggerCreated");

    long job = imported(true);
    imported(true);

    TriggerFiring firing = firing(Long.parseLong(id));
    assertThat(firing.jobId()).isEqualTo(job);
    assertThat(firing.projectId()).isEqualTo(12);
    assertThat(firing.component()).isEqualTo(component);
    assertThat(firing.configurationId()).isEqualTo("cfg-9");
    assertThat(firing.runWithTokenId()).isEqualTo(runner.tokenId());
    assertThat(firing.tableId()).isEqualTo(table);
    assertThat(events(id)).containsExactly("storage.triggerCreated", "storage.triggerFired");
    assertThat(master.get("triggers/" + id).json(200).path("lastRun").asString())
        .isGreaterThan(before);
  }

  private long imported(boolean succeeds) {
    JsonNode file =
        master.post("files/prepare", Map.of("name", "a.csv", "federationToken", 1)).json(201);
    gateway
        .objects()
        .put(
            gateway.objectBucket(),
            file.path("uploadParams").path("key").asString(),
            "id\n1\n".getBytes(StandardCharsets.UTF_8),
            "text/csv");
    long job =
        master
            .post(
                "tables/" + table + "/import-async", Map.of("dataFileId", file.path("id").asLong()))
            .json(202)
            .path("id")
            .asLong();
    Worker worker = gateway.worker();
    JobMessage message = worker.receive(job);
    if (succeeds) {
      worker.loaded(message, ((LoadTable) message.task()).tableId(), job, Instant.now());
    } else {
      worker.failed(message, new JobError("invalidCsv", "Line 3", "e-1", Map.of()));
    }
    Worker.finished(master, job);
    return job;
  }

  /** The one firing of the trigger on the queue. */
  private TriggerFiring firing(long trigger) {
    SqsAsyncClient sqs = gateway.context.getBean(SqsAsyncClient.class);
    String url = sqs.getQueueUrl(r -> r.queueName(QueueNames.TRIGGER_FIRINGS)).join().queueUrl();
    List<TriggerFiring> found = new ArrayList<>();
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (found.isEmpty()) {
      for (Message message :
          sqs.receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(1).maxNumberOfMessages(10))
              .join()
              .messages()) {
        TriggerFiring firing = Json.read(message.body(), TriggerFiring.class);
        if (firing.triggerId() == trigger) {
          found.add(firing);
        }
      }
      assertThat(System.nanoTime()).as("a firing of trigger %d", trigger).isLessThan(deadline);
    }
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private List<String> events(String id) {
    return gateway
        .jdbc()
        .sql(
            """
            SELECT body::jsonb ->> 'operation' FROM outbox_record
            WHERE body::jsonb ->> 'kind' = 'EVENT' AND body::jsonb -> 'object' ->> 'type' = 'trigger'
              AND body::jsonb -> 'object' ->> 'id' = :id ORDER BY number
            """)
        .param("id", id)
        .query((rs, _) -> rs.getString(1))
        .list();
  }
}
