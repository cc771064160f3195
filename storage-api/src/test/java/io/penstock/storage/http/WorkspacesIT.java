package io.penstock.storage.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.aws.keys.LocalRecipientSeal;
import io.penstock.model.Json;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobOutcome.Slice;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.LoadWorkspace;
import io.penstock.model.job.JobTask.WorkspaceChange;
import io.penstock.model.job.JobTask.WorkspaceSource;
import io.penstock.model.job.WorkerCredential;
import io.penstock.model.job.WorkspaceInput;
import io.penstock.model.job.WorkspaceSecret;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class WorkspacesIT {
  private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+0000";

  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final Worker worker = gateway.worker();

  /** Answers a call that waits for the provisioner. */
  private Client.Answer waiting(
      Supplier<Client.Answer> call, Class<? extends WorkspaceChange> kind) {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<Client.Answer> answer = CompletableFuture.supplyAsync(call, executor);
      worker.succeeded(worker.provisioning(kind));
      return answer.join();
    }
  }

  private JsonNode created(Client client) {
    return waiting(() -> client.post("workspaces", Map.of()), WorkspaceChange.Create.class)
        .json(201);
  }

  private long newWorkspace() {
    return created(master).path("id").asLong();
  }

  private String newTable(String bucket, String name) {
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO data_table (project_id, bucket_id, name, display_name, state, columns, created_at)
            SELECT 12, id, :name, :name, 'READY', '{id,name}', now() FROM bucket WHERE stage || '.' || name = :bucket
            """)
        .param("name", name)
        .param("bucket", bucket)
        .update();
    return bucket + "." + name;
  }

  private <T> T opened(JobMessage message, Class<T> type) throws GeneralSecurityException {
    Path key =
        Path.of(
                gateway
                    .context
                    .getEnvironment()
                    .getRequiredProperty("penstock.keys.worker-public-key"))
            .resolveSibling("worker.key");
    byte[] opened =
        LocalRecipientSeal.fromPrivate(key)
            .open(Base64.getDecoder().decode(message.sealedCredential()), message.sealContext());
    return Json.read(new String(opened, UTF_8), type);
  }

  private List<String> events(String name, String containing) {
    return gateway
        .jdbc()
        .sql("SELECT body FROM outbox_record WHERE body LIKE '%' || :name || '%' || :text || '%'")
        .param("name", "\"" + name + "\"")
        .param("text", containing)
        .query((rs, _) -> rs.getString(1))
        .list();
  }

  @BeforeEach
  void alone() {
    gateway.endAbandonedJobs();
  }

  @Test
  void passwordIsInTheCreationsAnswerAndNowhereElse() throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<Client.Answer> call =
          CompletableFuture.supplyAsync(
              () ->
                  master.post(
                      "workspaces",
                      Map.of("backend", "postgres", "statementTimeoutSeconds", "90", "unknown", 1)),
              executor);
      JobMessage message = worker.provisioning(WorkspaceChange.Create.class);
      WorkspaceSecret secret = opened(message, WorkspaceSecret.class);
      worker.succeeded(message);
      JsonNode made = call.join().json(201);

      long id = made.path("id").asLong();
      JsonNode connection = made.path("connection");
      String password = connection.path("password").asString();
      assertThat(password).matches("[A-Za-z0-9]{40,}").isEqualTo(secret.password());
      assertThat(message.task()).isEqualTo(new WorkspaceChange.Create(id, true, 90));
      assertThat(made.path("created").asString()).matches(TIME);
      assertThat(made.path("name").asString()).isEqualTo("workspace_" + id);
      assertThat(made.path("creatorToken").path("id").asLong()).isEqualTo(master.tokenId());
      assertThat(made.path("creatorUser").path("id").asLong()).isEqualTo(1);
      assertThat(connection.path("user").asString()).isEqualTo("ws_12_" + id);
      assertThat(connection.path("database").asString()).isEqualTo("12");
      assertThat(connection.path("schema").asString()).isEqualTo("workspace_" + id);
      assertThat(connection.path("region").asString()).isEqualTo("eu-central-1");
      assertThat(connection.path("backend").asString()).isEqualTo("postgres");
      assertThat(connection.path("host").asString()).isEqualTo("127.0.0.1");
      assertThat(connection.path("port").asInt()).isEqualTo(gateway.postgres.port());

      assertThat(master.get("workspaces/" + id).json(200).path("connection").has("password"))
          .isFalse();
      assertThat(master.get("workspaces").json(200))
          .anySatisfy(each -> assertThat(each.path("id").asLong()).isEqualTo(id))
          .noneSatisfy(each -> assertThat(each.path("connection").has("password")).isTrue());
      assertThat(
              gateway
                  .jdbc()
                  .sql("SELECT count(*) FROM job WHERE id = :id AND secret IS NOT NULL")
                  .param("id", message.jobId())
                  .query(Long.class)
                  .single())
          .isZero();
      assertThat(events("storage.workspaceCreated", "workspace_" + id)).hasSize(1);
    }
  }

  @Test
  void creationByJobHasNoPasswordUntilOneIsAskedFor() throws Exception {
    JsonNode job = master.post("workspaces?async=true", Map.of()).json(202);
    assertThat(job.path("operationName").asString()).isEqualTo("workspaceCreate");
    JobMessage message = worker.provisioning(WorkspaceChange.Create.class);
    String id = job.path("operationParams").path("workspaceId").asString();
    master.get("workspaces/" + id).assertRefused(404, "workspace.workspaceNotFound");
    worker.succeeded(message);

    JsonNode results = Worker.finished(master, job.path("id").asLong()).path("results");
    assertThat(results.path("id").asString()).isEqualTo(id);
    assertThat(results.path("type").asString()).isEqualTo("table");
    assertThat(results.path("connection").path("backend").asString()).isEqualTo("postgres");
    assertThat(results.path("connection").has("password")).isFalse();

    JsonNode password =
        waiting(
                () -> master.post("workspaces/" + id + "/password", Map.of()),
                WorkspaceChange.SetPassword.class)
            .json(201);
    assertThat(password.path("password").asString()).matches("[A-Za-z0-9]{40,}");
    assertThat(events("storage.workspacePasswordReset", "workspace_" + id)).hasSize(1);
  }

  @Test
  void creationIsRefusedForWhatThereIsNot() {
    master
        .post("workspaces", Map.of("backend", "snowflake"))
        .assertRefused(400, "workspace.backendNotSupported");
    master
        .post("workspaces", Map.of("loginType", "snowflake-person-sso"))
        .assertRefused(400, "storage.validation");
    master
        .post("workspaces", Map.of("statementTimeoutSeconds", -1))
        .assertRefused(400, "storage.validation");
    master
        .post("workspaces", Map.of("backendSize", "x".repeat(51)))
        .assertRefused(400, "storage.validation");
    master.post("workspaces", Map.of("type", "file")).assertRefused(501, "notImplemented");
    master.post("workspaces", Map.of("type", "reader")).assertRefused(501, "notImplemented");
    master.post("workspaces", Map.of("type", "x")).assertRefused(400, "storage.validation");
    master.post("workspaces", Map.of("publicKey", "x")).assertRefused(400, "storage.validation");
    master
        .post("workspaces", Map.of("readOnlyStorageAccess", "true"))
        .assertRefused(501, "notImplemented");
  }

  @Test
  void projectHasSoManyWorkspacesAndNoMore() {
    gateway
        .jdbc()
        .sql(
            """
            INSERT INTO workspace (project_id, token_id, creator_description, state, login_type, sealed_worker, created_at)
            SELECT 12, :token, 'crowd', 'CREATING', 'default', '', now() FROM generate_series(1, :limit)
            """)
        .param("token", master.tokenId())
        .param("limit", Gateway.MOST_WORKSPACES)
        .update();
    try {
      master.post("workspaces", Map.of()).assertRefused(400, "workspace.limitReached");
    } finally {
      gateway.jdbc().sql("DELETE FROM workspace WHERE creator_description = 'crowd'").update();
    }
  }

  @Test
  void everybodyHasTheOwnAndWhoManagesBucketsAll() {
    Client one = gateway.limited();
    Client other = gateway.limited();
    Client manager = gateway.client(false, true, false);
    long id = created(one).path("id").asLong();

    assertThat(one.get("workspaces").json(200)).hasSize(1);
    assertThat(one.get("workspaces/" + id + "/").json(200).path("creatorUser").isNull()).isTrue();
    assertThat(other.get("workspaces").json(200)).isEmpty();
    assertThat(manager.get("workspaces/" + id).status()).isEqualTo(200);
    for (String path : List.of("/password", "/load", "/table-export", "/credentials")) {
      other.post("workspaces/" + id + path, Map.of()).assertRefused(403, "accessDenied");
    }
    other.get("workspaces/" + id).assertRefused(403, "accessDenied");
    other.delete("workspaces/" + id).assertRefused(403, "accessDenied");
    for (String unknown : List.of("999999999", "0", "-1", "x", "99999999999999999999", "1%27")) {
      master.get("workspaces/" + unknown).assertRefused(404, "workspace.workspaceNotFound");
      master.delete("workspaces/" + unknown).assertRefused(404, "workspace.workspaceNotFound");
      master
          .post("workspaces/" + unknown + "/load", Map.of())
          .assertRefused(404, "workspace.workspaceNotFound");
    }
  }

  @Test
  void loadOfAFormBodyBecomesATask() {
    long id = newWorkspace();
    String bucket = master.newBucket();
    String users = newTable(bucket, "users");
    String orders = newTable(bucket, "orders");
    String form =
        ("input[0][source]=%s&input[0][destination]=u&input[0][columns][0]=id&input[0][whereColumn]=name"
                + "&input[0][whereValues][0]=a&input[0][whereOperator]=neq&input[0][rows]=5"
                + "&input[1][source]=%s&input[1][destination]=o&input[1][incremental]=True"
                + "&input[1][columns][0][source]=id&input[1][columns][0][type]=NUMBER"
                + "&input[1][columns][0][length]=38,0&input[1][columns][0][convertEmptyValuesToNull]=1"
                + "&input[1][dropTimestampColumn]=1&preserve=true")
            .formatted(users, orders)
            .replace("[", "%5B")
            .replace("]", "%5D");

    JsonNode job =
        master
            .post(
                "workspaces/" + id + "/load",
                "application/x-www-form-urlencoded",
                form.getBytes(UTF_8))
            .json(202);
    JobMessage message = worker.receive(job.path("id").asLong());
    LoadWorkspace task = (LoadWorkspace) message.task();
    worker.succeeded(message);

    assertThat(job.path("operationName").asString()).isEqualTo("workspaceLoad");
    assertThat(task.workspaceId()).isEqualTo(id);
    assertThat(task.preserve()).isTrue();
    WorkspaceInput first = task.inputs().getFirst();
    assertThat(first.destination()).isEqualTo("u");
    assertThat(first.columns())
        .containsExactly(new WorkspaceInput.Column("id", "id", null, null, true, false));
    assertThat(first.query().limit()).isEqualTo(5);
    assertThat(first.query().filters()).hasSize(1);
    assertThat(first.timestamp()).isTrue();
    WorkspaceInput second = task.inputs().get(1);
    assertThat(second.incremental()).isTrue();
    assertThat(second.timestamp()).isFalse();
    assertThat(second.columns())
        .containsExactly(new WorkspaceInput.Column("id", "id", "NUMBER", "38,0", true, true));
    assertThat(Worker.finished(master, job.path("id").asLong()).path("results").isNull()).isTrue();
    assertThat(events("storage.workspaceLoaded", users))
        .singleElement()
        .satisfies(
            event ->
                assertThat(Json.read(event, AuditRecord.class).params())
                    .containsEntry("workspaceId", Long.toString(id)));
    assertThat(events("storage.workspaceLoaded", orders)).hasSize(1);
  }

  @Test
  void loadOfAFileBecomesATask() {
    long id = newWorkspace();
    JsonNode file =
        master
            .post(
                "files/prepare",
                Map.of("name", "users.csv.gz", "federationToken", 1, "isEncrypted", true))
            .json(201);
    long fileId = file.path("id").asLong();
    Map<String, Object> input =
        Map.of(
            "dataFileId",
            Long.toString(fileId),
            "destination",
            "users",
            "rows",
            7,
            "primaryKey",
            List.of("id"),
            "columns",
            List.of(Map.of("source", "id", "type", "INTEGER")));
    refused(id, 400, "storage.fileNotUploaded", input);
    String key = file.path("uploadParams").path("key").asString();
    gateway.objects().put(gateway.objectBucket(), key, "id\n1\n".getBytes(UTF_8), "text/csv");
    gateway
        .limited()
        .post("workspaces/" + id + "/load", Map.of("input", List.of(input)))
        .assertRefused(403, "accessDenied");

    JsonNode job =
        master.post("workspaces/" + id + "/load", Map.of("input", List.of(input))).json(202);
    JobMessage message = worker.receive(job.path("id").asLong());
    worker.succeeded(message);

    WorkspaceInput told = ((LoadWorkspace) message.task()).inputs().getFirst();
    assertThat(told.file())
        .isEqualTo(
            new FileSource(fileId, "users.csv.gz", gateway.objectBucket(), key, false, true));
    assertThat(told.query().limit()).isEqualTo(7);
    assertThat(told.primaryKey()).containsExactly("id");
    assertThat(told.columns())
        .containsExactly(new WorkspaceInput.Column("id", "id", "INTEGER", null, true, false));
    JsonNode ended = Worker.finished(master, job.path("id").asLong());
    assertThat(ended.path("operationParams").path("input").path(0).path("dataFileId").asLong())
        .isEqualTo(fileId);
    assertThat(events("storage.workspaceLoaded", "\"dataFileId\":\"" + fileId + "\"")).hasSize(1);
    Client owner = gateway.limited();
    long own = created(owner).path("id").asLong();
    owner
        .post("workspaces/" + own + "/load", Map.of("input", List.of(input)))
        .assertRefused(403, "accessDenied");
  }

  /** A field a column and a value, as form and as multipart: all that R sends is multipart. */
  @ParameterizedTest
  @ValueSource(strings = {"application/x-www-form-urlencoded", "multipart/form-data; boundary=b"})
  void loadMayHaveThousandsOfFields(String type) {
    long id = newWorkspace();
    String table = newTable(master.newBucket(), "t");
    boolean parts = type.startsWith("multipart");
    StringBuilder body = new StringBuilder();
    int fields = 0;
    for (int i = 0; i < 450; i++) {
      String input = "input[" + i + "]";
      for (List<String> field :
          List.of(
              List.of(input + "[source]", table),
              List.of(input + "[destination]", "d" + i),
              List.of(input + "[columns][0]", "id"),
              List.of(input + "[columns][1]", "name"),
              List.of(input + "[whereColumn]", "name"),
              List.of(input + "[whereValues][0]", "a" + i),
              List.of(input + "[whereValues][1]", "b"))) {
        body.append(parts ? "--b\r\nContent-Disposition: form-data; name=\"" : "&")
            .append(parts ? field.get(0) : URLEncoder.encode(field.get(0), UTF_8))
            .append(parts ? "\"\r\n\r\n" : "=")
            .append(field.get(1))
            .append(parts ? "\r\n" : "");
        fields++;
      }
    }
    body.append(parts ? "--b--\r\n" : "");

    JsonNode job =
        master.post("workspaces/" + id + "/load", type, body.toString().getBytes(UTF_8)).json(202);
    JobMessage message = worker.receive(job.path("id").asLong());
    worker.succeeded(message);

    assertThat(fields).isGreaterThan(3000);
    List<WorkspaceInput> inputs = ((LoadWorkspace) message.task()).inputs();
    assertThat(inputs).hasSize(450);
    assertThat(inputs.getLast().destination()).isEqualTo("d449");
    assertThat(inputs.getLast().columns()).hasSize(2);
    assertThat(inputs.getLast().query().filters().getFirst().values()).containsExactly("a449", "b");
  }

  @Test
  void loadWipesUnlessToldOtherwiseAndLoadsTakeTurns() {
    long id = newWorkspace();
    Map<String, Object> body =
        Map.of(
            "input",
            List.of(Map.of("source", newTable(master.newBucket(), "t"), "destination", "t")));
    long first = master.post("workspaces/" + id + "/load", body).json(202).path("id").asLong();
    long second = master.post("workspaces/" + id + "/load", body).json(202).path("id").asLong();

    JobMessage message = worker.receive(first);
    assertThat(((LoadWorkspace) message.task()).preserve()).isFalse();
    assertThat(
            gateway
                .jdbc()
                .sql("SELECT attempts FROM job WHERE id = :id")
                .param("id", second)
                .query(Integer.class)
                .single())
        .isZero();
    worker.succeeded(message);
    worker.succeeded(worker.receive(second));
    assertThat(Worker.finished(master, second).path("status").asString()).isEqualTo("success");
  }

  @Test
  void loadIsRefusedBeforeTheJobWhereThatIsPossible() {
    long id = newWorkspace();
    String bucket = master.newBucket();
    String table = newTable(bucket, "t");

    refused(id, 400, "storage.validation", Map.of());
    refused(id, 400, "storage.validation", Map.of("source", table));
    refused(id, 400, "storage.validation", Map.of("source", table, "destination", "x".repeat(64)));
    refused(id, 400, "storage.validation", Map.of("source", table, "destination", "t", "rows", -1));
    refused(
        id,
        400,
        "storage.validation",
        Map.of("source", table, "destination", "t", "loadType", "VIEW"));
    refused(
        id,
        404,
        "storage.branches.notFound",
        Map.of("source", table, "destination", "t", "sourceBranchId", 7));
    refused(
        id,
        404,
        "workspace.sourceNotFound",
        Map.of("source", bucket + ".none", "destination", "t"));
    refused(id, 404, "workspace.sourceNotFound", Map.of("source", "nonsense", "destination", "t"));
    refused(id, 404, "storage.files.notFound", Map.of("dataFileId", 999999999, "destination", "t"));
    refused(
        id,
        400,
        "storage.validation",
        Map.of("dataFileId", 1, "source", table, "destination", "t"));
    refused(
        id,
        400,
        "storage.validation",
        Map.of(
            "dataFileId", 1, "destination", "t", "whereColumn", "id", "whereValues", List.of("1")));
    refused(
        id,
        400,
        "storage.validation",
        Map.of(
            "source",
            table,
            "destination",
            "t",
            "columns",
            List.of(Map.of("source", "id", "type", "int); DROP TABLE x"))));
    refused(
        id,
        400,
        "storage.tables.columnNotExists",
        Map.of(
            "source", table, "destination", "t", "whereColumn", "no", "whereValues", List.of("1")));
    refused(
        id,
        400,
        "storage.tables.validation",
        Map.of("source", table, "destination", "t", "fulltextSearch", "x"));
    Map<String, Object> input = Map.of("source", table, "destination", "t");
    master
        .post("workspaces/" + id + "/load", Map.of("input", List.of(input, input)))
        .assertRefused(400, "workspace.duplicateTable");
    Client owner = gateway.limited();
    long own = created(owner).path("id").asLong();
    owner
        .post("workspaces/" + own + "/load", Map.of("input", List.of(input)))
        .assertRefused(403, "accessDenied");
    gateway.grant(owner, bucket, "READ");
    assertThat(owner.post("workspaces/" + own + "/load", Map.of("input", List.of(input))).status())
        .isEqualTo(202);
  }

  private void refused(long id, int status, String code, Map<String, Object> input) {
    master
        .post("workspaces/" + id + "/load", Map.of("input", List.of(new HashMap<>(input))))
        .assertRefused(status, code);
  }

  @Test
  void deletedWorkspaceIsGoneAtOnceAndIsRemovedHoweverOftenThatFails() {
    long id = newWorkspace();
    Map<String, Object> body =
        Map.of(
            "input",
            List.of(Map.of("source", newTable(master.newBucket(), "t"), "destination", "t")));
    long running = master.post("workspaces/" + id + "/load", body).json(202).path("id").asLong();
    JobMessage message = worker.receive(running);
    long waiting = master.post("workspaces/" + id + "/load", body).json(202).path("id").asLong();

    assertThat(master.delete("workspaces/" + id).status()).isEqualTo(204);

    master.get("workspaces/" + id).assertRefused(404, "workspace.workspaceNotFound");
    master.delete("workspaces/" + id).assertRefused(404, "workspace.workspaceNotFound");
    assertThat(Worker.finished(master, waiting).path("error").path("code").asString())
        .isEqualTo("workspace.workspaceNotFound");
    worker.succeeded(message);
    JobMessage drop = worker.provisioning(new WorkspaceChange.Drop(id));
    worker.failed(drop, new JobError("internalError", "gave up", "x", Map.of()));
    worker.succeeded(worker.provisioning(new WorkspaceChange.Drop(id)));
    assertThat(events("storage.workspaceDeleted", "workspace_" + id)).hasSize(1);
  }

  @Test
  void deletionByJobIsAJob() {
    long id = newWorkspace();

    JsonNode job =
        new Client.Answer(master.delete("workspaces/" + id + "/?async=true").response()).json(202);
    assertThat(job.path("operationName").asString()).isEqualTo("workspaceDrop");
    worker.succeeded(worker.provisioning(new WorkspaceChange.Drop(id)));

    assertThat(Worker.finished(master, job.path("id").asLong()).path("status").asString())
        .isEqualTo("success");
  }

  @Test
  void credentialsAreFurtherLogIns() {
    long id = newWorkspace();

    JsonNode made =
        waiting(
                () -> master.post("workspaces/" + id + "/credentials", Map.of()),
                WorkspaceChange.AddLogin.class)
            .json(200);

    long login = made.path("connection").path("credentials").path("id").asLong();
    String path = "workspaces/" + id + "/credentials/" + login;
    assertThat(made.path("connection").path("user").asString())
        .isEqualTo("ws_12_%d_c%d".formatted(id, login));
    assertThat(made.path("connection").path("password").asString()).matches("[A-Za-z0-9]{40,}");
    JsonNode shown = master.get(path).json(200).path("connection");
    assertThat(shown.path("user")).isEqualTo(made.path("connection").path("user"));
    assertThat(shown.has("password")).isFalse();
    master
        .get("workspaces/" + newWorkspace() + "/credentials/" + login)
        .assertRefused(404, "workspace.credentialsNotFound");
    assertThat(master.delete(path).status()).isEqualTo(204);
    master.get(path).assertRefused(404, "workspace.credentialsNotFound");
    worker.succeeded(worker.provisioning(new WorkspaceChange.DropLogin(id, login)));
  }

  @Test
  void logInThatNobodyKnowsIsRemovedBehindItsMaking() {
    long id = newWorkspace();

    master
        .post("workspaces/" + id + "/credentials", Map.of())
        .assertRefused(503, "serviceUnavailable");

    JobMessage late = worker.provisioning(WorkspaceChange.AddLogin.class);
    long login = ((WorkspaceChange.AddLogin) late.task()).loginId();
    assertThat(worker.nextProvisioning()).as("not before it is made").isEmpty();
    worker.succeeded(late);
    worker.succeeded(worker.provisioning(new WorkspaceChange.DropLogin(id, login)));
    master
        .get("workspaces/" + id + "/credentials/" + login)
        .assertRefused(404, "workspace.credentialsNotFound");
    assertThat(
            gateway
                .jdbc()
                .sql(
                    "SELECT count(*) FROM workspace_login WHERE workspace_id = :id AND state <>"
                        + " 'DELETED'")
                .param("id", id)
                .query(Long.class)
                .single())
        .isZero();
  }

  @Test
  void exportOfATableIsAFile() throws Exception {
    long id = newWorkspace();
    String path = "workspaces/" + id + "/table-export";

    JsonNode job = master.post(path, Map.of("tableName", "Result", "gzip", true)).json(202);
    JobMessage message = worker.receive(job.path("id").asLong());
    JobTask.ExportWorkspaceTable task = (JobTask.ExportWorkspaceTable) message.task();
    WorkerCredential credential = opened(message, WorkerCredential.class);
    worker.exported(
        message,
        new ExportReceipt(
            List.of("id"), List.of(new Slice(task.key() + "0000_part_00.gz", 7)), 1, 0.1));

    assertThat(task.table()).isEqualTo("Result");
    assertThat(credential.role()).isEqualTo("p12_writer");
    assertThat(credential.workspace()).isNotNull();
    JsonNode results = Worker.finished(master, job.path("id").asLong()).path("results");
    JsonNode file = master.get("files/" + results.path("file").path("id").asLong()).json(200);
    assertThat(file.path("name").asString()).isEqualTo("Result.csv");
    assertThat(file.path("sizeBytes").asLong()).isEqualTo(7);
    master.post(path, Map.of()).assertRefused(400, "storage.validation");
    master
        .post(path, Map.of("tableName", "t", "fileType", "parquet"))
        .assertRefused(501, "notImplemented");
    master
        .post(path, Map.of("tableName", "t", "fileType", "orc"))
        .assertRefused(400, "storage.validation");
  }

  @Test
  void exportedFileIsACsvFileWhateverItsName() {
    long id = newWorkspace();
    Map<String, String> names =
        Map.of(
            "result", "result.csv",
            "out.CSV", "out.CSV",
            "my table/é.parquet", "my_table__.parquet.csv",
            "packed.csv.gz", "packed.csv.gz.csv");

    names.forEach(
        (asked, called) -> {
          JsonNode job =
              master
                  .post(
                      "workspaces/" + id + "/table-export",
                      Map.of("tableName", "Výsledek", "fileName", asked))
                  .json(202);
          JsonNode file = exported(job);
          assertThat(file.path("name").asString()).isEqualTo(called);
          assertThat(file.path("fileType").asString()).as(asked).isEqualTo("csv");
        });
    JsonNode unnamed =
        exported(
            master
                .post("workspaces/" + id + "/table-export", Map.of("tableName", "Výsledek"))
                .json(202));
    assertThat(unnamed.path("name").asString()).isEqualTo("V_sledek.csv");
  }

  private JsonNode exported(JsonNode job) {
    JobMessage message = worker.receive(job.path("id").asLong());
    JobTask.ExportWorkspaceTable task = (JobTask.ExportWorkspaceTable) message.task();
    worker.exported(
        message,
        new ExportReceipt(
            List.of("id"), List.of(new Slice(task.key() + "0000_part_00", 7)), 1, 0.1));
    JsonNode results = Worker.finished(master, job.path("id").asLong()).path("results");
    return master.get("files/" + results.path("file").path("id").asLong()).json(200);
  }

  @Test
  void tableIsMadeAndLoadedFromAWorkspace() throws Exception {
    long id = newWorkspace();
    String bucket = master.newBucket();
    Map<String, Object> source = Map.of("dataWorkspaceId", id, "dataObject", "Result");
    Map<String, Object> creation = new HashMap<>(source);
    creation.put("name", "made");
    creation.put("primaryKey", "id");

    JsonNode job = master.post("buckets/" + bucket + "/tables-async", creation).json(202);
    JobMessage message = worker.receive(job.path("id").asLong());
    LoadTable task = (LoadTable) message.task();
    worker.loaded(message, task.tableId(), 1, Instant.parse("2030-01-02T10:00:00Z"));

    assertThat(task.create()).isTrue();
    assertThat(task.source()).isEqualTo(new WorkspaceSource(id, "Result", List.of()));
    assertThat(opened(message, WorkerCredential.class).workspace()).isNotNull();
    JsonNode made = Worker.finished(master, job.path("id").asLong());
    assertThat(made.path("results").path("id").asString()).isEqualTo(bucket + ".made");
    assertThat(made.path("operationParams").path("source").path("type").asString())
        .isEqualTo("workspace");

    Map<String, Object> load = new HashMap<>(source);
    load.put("dataTableName", load.remove("dataObject"));
    load.put("incremental", 1);
    load.put("columns", List.of("id"));
    JsonNode loading = master.post("tables/" + bucket + ".made/import-async", load).json(202);
    JobMessage second = worker.receive(loading.path("id").asLong());
    worker.loaded(second, task.tableId(), 2, Instant.parse("2030-01-03T10:00:00Z"));
    assertThat(second.task())
        .isInstanceOfSatisfying(
            LoadTable.class,
            loaded -> {
              assertThat(loaded.incremental()).isTrue();
              assertThat(loaded.source())
                  .isEqualTo(new WorkspaceSource(id, "Result", List.of("id")));
            });
    assertThat(
            Worker.finished(master, loading.path("id").asLong())
                .path("results")
                .path("importedRowsCount")
                .asInt())
        .isEqualTo(6);

    load.put("useTimestampFromDataFile", 1);
    load.remove("columns");
    master
        .post("tables/" + bucket + ".made/import-async", load)
        .assertRefused(501, "notImplemented");
    Client other = gateway.limited();
    gateway.grant(other, bucket, "WRITE");
    other
        .post("tables/" + bucket + ".made/import-async", source)
        .assertRefused(403, "accessDenied");
    master
        .post(
            "tables/" + bucket + ".made/import-async",
            Map.of("dataWorkspaceId", 999999999, "dataObject", "t"))
        .assertRefused(404, "workspace.workspaceNotFound");
  }
}
