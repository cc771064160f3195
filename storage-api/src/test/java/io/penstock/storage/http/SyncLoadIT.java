package io.penstock.storage.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Secret;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.DryRunReport;
import io.penstock.model.job.JobOutcome.JobError;
import io.penstock.model.job.JobTask.CheckLoad;
import io.penstock.model.job.JobTask.LoadRules;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.storage.access.Caller;
import io.penstock.storage.file.IncomingFiles;
import io.penstock.storage.file.IncomingFiles.Incoming;
import io.penstock.storage.file.StoredFile;
import io.penstock.storage.http.Client.Answer;
import io.penstock.storage.web.TestCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Calls that bring their data along, and wait for their job. */
class SyncLoadIT {
  private static final String FORM = "multipart/form-data; boundary=xyz";

  private final Gateway gateway = Gateway.get();
  private final Client master = gateway.master();
  private final Worker worker = gateway.worker();
  private final String bucket = master.newBucket();
  private final String creation = "buckets/" + bucket + "/tables";

  private static String field(String name, String value) {
    return "--xyz\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
        .formatted(name, value);
  }

  private static String data(String fileName, String content) {
    return "--xyz\r\nContent-Disposition: form-data; name=\"data\"; filename=\"%s\"\r\n\r\n%s\r\n"
        .formatted(fileName, content);
  }

  private static byte[] form(String... parts) {
    return (String.join("", parts) + "--xyz--\r\n").getBytes(StandardCharsets.UTF_8);
  }

  private CompletableFuture<Answer> posted(Client client, String path, String... parts) {
    return CompletableFuture.supplyAsync(() -> client.post(path, FORM, form(parts)));
  }

  private JobMessage message(String label) {
    return message(gateway, label);
  }

  /** The message of the newest job of this table. */
  static JobMessage message(Gateway gateway, String label) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (System.nanoTime() < deadline) {
      var job =
          gateway
              .jdbc()
              .sql(
                  "SELECT id FROM job WHERE table_label = :label AND status = 'waiting' ORDER BY id"
                      + " DESC LIMIT 1")
              .param("label", label)
              .query(Long.class)
              .optional();
      if (job.isPresent()) {
        return gateway.worker().receive(job.get());
      }
    }
    throw new AssertionError("No job of " + label);
  }

  private String created(String name) {
    CompletableFuture<Answer> answer =
        posted(master, creation, field("name", name), data("a.csv", "id,name\n"));
    JobMessage message = message(bucket + "." + name);
    worker.loaded(message, ((LoadTable) message.task()).tableId(), 1, Instant.now());
    answer.join().json(201);
    return bucket + "." + name;
  }

  private long visibleFiles() {
    return gateway
        .jdbc()
        .sql("SELECT count(*) FROM stored_file WHERE deleted_at IS NULL")
        .query(Long.class)
        .single();
  }

  private long jobs() {
    return gateway.jdbc().sql("SELECT count(*) FROM job").query(Long.class).single();
  }

  @Test
  void creationIsAnsweredWithTheTable() throws IOException {
    CompletableFuture<Answer> answer =
        posted(
            master,
            creation,
            field("name", "users"),
            field("useTimestampFromDataFile", "1"),
            data("users.csv.gz", "packed"),
            field("primaryKey", "id"));
    JobMessage message = message(bucket + ".users");
    LoadTable task = (LoadTable) message.task();
    worker.loaded(message, task.tableId(), 1, Instant.now());

    assertThat(answer.join().json(201).path("id").asString()).isEqualTo(bucket + ".users");
    assertThat(task.primaryKey()).containsExactly("id");
    assertThat(task.rules()).isEqualTo(new LoadRules(false, false, true));
    assertThat(task.file().gzip()).isTrue();
    assertThat(task.file().fileName()).isEqualTo("users.csv.gz");
    try (InputStream stored = gateway.objects().open(gateway.objectBucket(), task.file().key())) {
      assertThat(stored.readAllBytes()).asString().isEqualTo("packed");
    }
    JsonNode file = master.get("files/" + task.file().fileId()).json(200);
    assertThat(file.path("sizeBytes").asLong()).isEqualTo(6);
  }

  @Test
  void importIsAnsweredWithItsResults() {
    String table = created("orders");
    CompletableFuture<Answer> answer =
        CompletableFuture.supplyAsync(
            () ->
                master.post(
                    "tables/" + table + "/import",
                    Map.of(
                        "dataString",
                        "id;name\n1;x\n",
                        "delimiter",
                        ";",
                        "incremental",
                        1,
                        "primaryKey",
                        List.of("id", "name"))));
    JobMessage message = message(table);
    LoadTable task = (LoadTable) message.task();
    worker.loaded(message, task.tableId(), 2, Instant.now());

    JsonNode results = answer.join().json(200);
    assertThat(results.path("warnings")).isEmpty();
    assertThat(results.path("transaction").asString()).isEmpty();
    assertThat(results.path("importedColumns").toString()).isEqualTo("[\"id\",\"name\"]");
    assertThat(results.path("importedRowsCount").asLong()).isEqualTo(6);
    assertThat(task.csv().delimiter()).isEqualTo(";");
    assertThat(task.incremental()).isTrue();
    assertThat(task.primaryKey()).isEmpty();
  }

  /** By all the ways in which a client can bring the same data. */
  @Test
  void dataMayBeAFieldOfAnyForm() throws IOException {
    String encoded = "application/x-www-form-urlencoded";
    byte[] fields = "delimiter=%3B&data=id%3Bname%0A1%3B%26+%C5%BE&incremental=1".getBytes(UTF_8);
    String text = "id;name\n1;& ž";
    List<Supplier<Answer>> calls =
        List.of(
            () -> master.post(load(), encoded, fields),
            () ->
                master.post(
                    load(),
                    FORM,
                    form(field("data", text), field("delimiter", ";"), field("incremental", "1"))),
            () ->
                master.post(
                    load(),
                    FORM,
                    form(
                        field("dataString", text),
                        field("delimiter", ";"),
                        field("incremental", "1"))),
            () ->
                master.post(
                    load(),
                    FORM,
                    form(data("", text), field("delimiter", ";"), field("incremental", "1"))),
            () -> master.post(load(), Map.of("data", text, "delimiter", ";", "incremental", true)));
    created("any");
    for (Supplier<Answer> call : calls) {
      CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(call);
      JobMessage message = message(bucket + ".any");
      LoadTable task = (LoadTable) message.task();
      worker.loaded(message, task.tableId(), 2, Instant.now());

      answer.join().json(200);
      assertThat(task.csv().delimiter()).isEqualTo(";");
      assertThat(task.incremental()).isTrue();
      assertThat(task.file().fileName()).isEqualTo("data.csv");
      try (InputStream stored = gateway.objects().open(gateway.objectBucket(), task.file().key())) {
        assertThat(stored.readAllBytes()).asString(UTF_8).isEqualTo(text);
      }
    }
    master
        .post(load(), FORM, form(field("data", text), data("a.csv", text)))
        .assertRefused(400, "storage.tables.validation");
    master
        .post(load(), encoded, "data=id%0".getBytes(UTF_8))
        .assertRefused(400, "malformedRequest");
  }

  private String load() {
    return "tables/" + bucket + ".any/import";
  }

  @Test
  void dataMakesATableAsAField() {
    CompletableFuture<Answer> answer =
        CompletableFuture.supplyAsync(
            () -> master.postForm(creation, "name=x&data=id,name%0A1,a&primaryKey=id"));
    JobMessage message = message(bucket + ".x");
    LoadTable task = (LoadTable) message.task();
    worker.loaded(message, task.tableId(), 1, Instant.now());

    answer.join().json(201);
    assertThat(task.primaryKey()).containsExactly("id");
  }

  /** The largest body of this gateway is 1 MB, the largest one that is held in memory 8 MiB. */
  @Test
  void fieldOfAFormIsBoundedLikeAFileAndJsonSaysWhatElseToSend() {
    created("any");
    String large = "x".repeat(9 << 20);

    Answer form = master.postForm(load(), "dataString=" + large);
    form.assertRefused(400, "requestTooLarge");
    assertThat(form.json().path("error").asString()).contains("1048576 bytes", "dataFileId");
    master.post(load(), FORM, form(field("data", large))).assertRefused(400, "requestTooLarge");
    Answer json = master.post(load(), Map.of("dataString", large));
    json.assertRefused(400, "requestTooLarge");
    assertThat(json.json().path("error").asString()).contains("8388608 bytes", "field data");
  }

  @Test
  void refusedDataIsAnsweredWithTheJobsCode() {
    String table = created("bad");
    CompletableFuture<Answer> answer =
        posted(master, "tables/" + table + "/import", data("a.csv", "x"));
    worker.failed(
        message(table),
        new JobError(
            "csvImport.columnsNotMatch",
            "Some columns …",
            "e-1",
            Map.of("missingColumns", List.of("id"))));

    Answer refused = answer.join();
    refused.assertRefused(400, "csvImport.columnsNotMatch");
    assertThat(refused.json().path("error").asString()).isEqualTo("Some columns …");
    assertThat(refused.body()).contains("\"missingColumns\":[\"id\"]");

    CompletableFuture<Answer> ours = posted(master, "tables/" + table + "/import", data("a", "x"));
    worker.failed(message(table), new JobError("internalError", "…", "e-2", Map.of()));
    ours.join().assertRefused(500, "internalError");
  }

  @Test
  void whatTakesLongerIsAnsweredWithTheJob() {
    String table = created("slow");
    CompletableFuture<Answer> answer =
        posted(master, "tables/" + table + "/import", data("a.csv", "id,name\n"));
    JobMessage message = message(table);

    JsonNode job = answer.join().json(202);
    assertThat(job.path("id").asLong()).isEqualTo(message.jobId());
    worker.loaded(message, ((LoadTable) message.task()).tableId(), 2, Instant.now());
    assertThat(Worker.finished(master, message.jobId()).path("status").asString())
        .isEqualTo("success");
  }

  @Test
  void whatIsRefusedLeavesNeitherFileNorJob() {
    String table = created("taken");
    long files = visibleFiles();
    long jobs = jobs();
    Client reader = gateway.limited();
    gateway.grant(reader, bucket, "READ");
    String content = data("refused.csv", "id\n");

    refused(
        master,
        creation,
        400,
        "storage.buckets.tableAlreadyExists",
        field("name", "taken"),
        content);
    refused(master, creation, 400, "storage.tables.validation", field("name", "a.b"), content);
    refused(master, creation, 400, "storage.tables.validation", field("name", "a"));
    refused(master, creation, 400, "storage.tables.validation", content, content);
    refused(reader, creation, 403, "accessDenied", field("name", "a"), content);
    String load = "tables/" + table + "/import";
    refused(master, load, 400, "invalidCsv", content, field("delimiter", "/t"));
    refused(master, load, 400, "storage.validation", content, field("incremental", "perhaps"));
    refused(master, load, 400, "requestTooLarge", data("a.csv", "x".repeat(1 << 20) + "y"));
    refused(master, load, 400, "requestTooLarge", data("a.csv", "x".repeat(4 << 20)));
    refused(
        master,
        load,
        400,
        "storage.validation",
        content,
        field("useTimestampFromDataFile", "1"),
        field("withoutHeaders", "1"));
    refused(
        master, load, 400, "storage.urlFetchError", field("dataUrl", "https://127.0.0.1/a.csv"));
    refused(master, "tables/" + bucket + ".nope/import", 404, "storage.tables.notFound", content);

    assertThat(visibleFiles()).isEqualTo(files);
    assertThat(jobs()).isEqualTo(jobs);
    assertThat(gateway.objects().begun)
        .filteredOn(key -> key.endsWith("refused.csv"))
        .isNotEmpty()
        .allSatisfy(
            key -> assertThat(gateway.objects().head(gateway.objectBucket(), key)).isEmpty());
  }

  private static void refused(
      Client client, String path, int status, String code, String... parts) {
    client.post(path, FORM, form(parts)).assertRefused(status, code);
  }

  /** A commit whose end was not heard of may have been one. */
  @Test
  void fileThatIsShownAfterAllKeepsItsObject() {
    IncomingFiles incomings = gateway.context.getBean(IncomingFiles.class);
    TransactionTemplate transaction = gateway.context.getBean(TransactionTemplate.class);
    Caller caller = caller();

    StoredFile shown =
        TestCalls.as(
            caller,
            () -> {
              Incoming incoming = incoming(incomings, caller);
              transaction.executeWithoutResult(_ -> incomings.reveal(incoming));
              incomings.giveUp(incoming);
              return incoming.file();
            });
    StoredFile undone =
        TestCalls.as(
            caller,
            () -> {
              Incoming incoming = incoming(incomings, caller);
              transaction.executeWithoutResult(
                  status -> {
                    incomings.reveal(incoming);
                    status.setRollbackOnly();
                  });
              incomings.giveUp(incoming);
              return incoming.file();
            });

    assertThat(gateway.objects().head(shown.bucket(), shown.key())).isPresent();
    assertThat(master.get("files/" + shown.id()).json(200).path("sizeBytes").asLong()).isEqualTo(3);
    assertThat(gateway.objects().head(undone.bucket(), undone.key())).isEmpty();
    master.get("files/" + undone.id()).assertRefused(404, "storage.files.notFound");
  }

  private static Incoming incoming(IncomingFiles incomings, Caller caller) {
    byte[] body = "id\n".getBytes(StandardCharsets.UTF_8);
    return incomings.store(caller, "a.csv", new ByteArrayInputStream(body), 100);
  }

  private Caller caller() {
    return new Caller(
        Secret.of("unused"),
        master.tokenId(),
        "test",
        true,
        1L,
        true,
        true,
        true,
        true,
        Set.of(),
        null,
        null,
        Map.of(),
        new Caller.ProjectFacts(
            12, "Analytics", 1, "eu-central-1", gateway.objectBucket(), 5, "postgres", 15),
        0);
  }

  @Test
  void callerWhoGoesAwayInTheMiddleOfHisDataLeavesNothing() throws IOException {
    String table = created("broken");
    long files = visibleFiles();
    long jobs = jobs();
    URI address = URI.create(master.address());
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST /v2/storage/tables/%s/import HTTP/1.1\r\n"
                      + "Host: x\r\n"
                      + "X-StorageApi-Token: %s\r\n"
                      + "Content-Type: %s\r\n"
                      + "Content-Length: 500000\r\n\r\n"
                      + data("half.csv", "id,name\n" + "1,a\n".repeat(50_000)).stripTrailing())
                  .formatted(table, master.token(), FORM)
                  .getBytes(StandardCharsets.UTF_8));
      long deadline = System.nanoTime() + 20_000_000_000L;
      while (begun("half.csv") == 0) {
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
    }

    created("after");

    assertThat(jobs()).isEqualTo(jobs + 1);
    assertThat(visibleFiles()).isEqualTo(files + 1);
    assertThat(gateway.objects().begun)
        .filteredOn(key -> key.endsWith("half.csv"))
        .allSatisfy(
            key -> assertThat(gateway.objects().head(gateway.objectBucket(), key)).isEmpty());
  }

  private long begun(String name) {
    return gateway.objects().begun.stream().filter(key -> key.endsWith(name)).count();
  }

  @Test
  void repeatedCallGetsTheFirstOnesEndAndLeavesNoSecondFile() {
    String table = created("once");
    String load = "tables/" + table + "/import";
    Client once = master.under(table);
    CompletableFuture<Answer> first = posted(once, load, data("a.csv", "id,name\n"));
    JobMessage message = message(table);
    CompletableFuture<Answer> second = posted(once, load, data("a.csv", "id,name\n"));
    worker.loaded(message, ((LoadTable) message.task()).tableId(), 2, Instant.now());
    long files = visibleFiles();
    long jobs = jobs();

    JsonNode results = first.join().json(200);

    assertThat(second.join().json(200)).isEqualTo(results);
    once.post(load, FORM, form(data("a.csv", "id,other\n")))
        .assertRefused(400, "idempotencyKeyReused");
    assertThat(visibleFiles()).isEqualTo(files);
    assertThat(jobs()).isEqualTo(jobs);
  }

  @Test
  void dataIsInNoRecord() {
    String table = created("secret");
    master
        .post(
            "tables/" + table + "/import",
            Map.of("dataString", "id\nunseen-by-the-trail", "delimiter", "/t"))
        .assertRefused(400, "invalidCsv");
    master
        .post(
            "tables/" + table + "/import",
            Map.of("data", "id\nunseen-by-the-trail", "delimiter", "/t"))
        .assertRefused(400, "invalidCsv");
    master
        .post(
            "tables/" + table + "/import",
            Map.of("dataUrl", "https://u:p@x.test/a?sig=unseen-by-the-trail"))
        .assertRefused(400, "storage.urlFetchError");

    assertThat(
            gateway
                .jdbc()
                .sql(
                    "SELECT count(*) FROM outbox_record WHERE body LIKE '%unseen-by-the-trail%' OR"
                        + " body LIKE '%u:p@x.test%'")
                .query(Long.class)
                .single())
        .isZero();
  }

  @Test
  void dryRunTellsAndIsNoImport() {
    String table = created("dry");
    long file = ((LoadTable) lastTask(table)).file().fileId();
    Map<String, Object> asked =
        new HashMap<>(
            Map.of(
                "dataFileId",
                file,
                "dryRun",
                1,
                "incremental",
                1,
                "deduplicationStrategy",
                "insert",
                "useTimestampFromDataFile",
                1));
    long job =
        master.post("tables/" + table + "/import-async", asked).json(202).path("id").asLong();
    JobMessage message = worker.receive(job);
    CheckLoad task = (CheckLoad) message.task();
    assertThat(task.load().rules()).isEqualTo(new LoadRules(false, true, true));
    long events = events(table);
    worker.checked(
        message,
        new DryRunReport(
            3, 1, 1, 1, 0, 0, 3, 4, List.of("id", "x"), List.of("x"), List.of(), null, 0.1));

    JsonNode told = Worker.finished(master, job);
    assertThat(told.path("operationName").asString()).isEqualTo("tableImportDryRun");
    assertThat(told.has("receipt")).isFalse();
    assertThat(told.path("results").toString())
        .isEqualTo(
            """
            {"dryRun":true,"wouldSucceed":true,"rowsRead":3,"rowsInserted":1,"rowsUpdated":1,"rowsUnchanged":1,\
            "rowsRemoved":0,"rowsSuperseded":0,"rowsBefore":3,"rowsAfter":4,"importedColumns":["id","x"],\
            "addedColumns":["x"],"missingColumns":[],"seconds":0.1}\
            """);
    assertThat(events(table)).isEqualTo(events);
    master
        .post(
            "buckets/" + bucket + "/tables-async",
            Map.of("name", "n", "dataFileId", file, "dryRun", 1))
        .assertRefused(501, "notImplemented");
  }

  @Test
  void dryRunOfARefusedFileSucceedsAndNamesTheRefusal() {
    String table = created("dryer");
    CompletableFuture<Answer> answer =
        posted(master, "tables/" + table + "/import", field("dryRun", "1"), data("a.csv", "x"));
    worker.checked(
        message(table),
        new DryRunReport(
            0,
            0,
            0,
            0,
            0,
            0,
            3,
            3,
            List.of(),
            List.of(),
            List.of("id"),
            new JobError(
                "csvImport.columnsNotMatch",
                "Some …",
                "e-1",
                Map.of("missingColumns", List.of("id"))),
            0.1));

    JsonNode results = answer.join().json(200);
    assertThat(results.path("wouldSucceed").asBoolean()).isFalse();
    assertThat(results.at("/refusal/code").asString()).isEqualTo("csvImport.columnsNotMatch");
    assertThat(results.at("/refusal/contextParams/missingColumns").toString())
        .isEqualTo("[\"id\"]");
  }

  private Object lastTask(String table) {
    return io.penstock.model.Json.read(
        gateway
            .jdbc()
            .sql("SELECT task FROM job WHERE table_label = :label ORDER BY id DESC LIMIT 1")
            .param("label", table)
            .query(String.class)
            .single(),
        io.penstock.model.job.JobTask.class);
  }

  private long events(String table) {
    return gateway
        .jdbc()
        .sql(
            "SELECT count(*) FROM outbox_record WHERE body::jsonb ->> 'kind' = 'EVENT' AND"
                + " body::jsonb -> 'object' ->> 'id' = :id")
        .param("id", table)
        .query(Long.class)
        .single();
  }
}
