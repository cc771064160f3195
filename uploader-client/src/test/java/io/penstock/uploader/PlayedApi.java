package io.penstock.uploader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/**
 * The API half of the played server: as much of the contract as the client touches, with state
 * behind it.
 */
public final class PlayedApi {
  private static final String BASE = "/v2/storage/";

  final Set<String> buckets = new ConcurrentSkipListSet<>();
  final Map<String, List<String>> primaryKeys = new ConcurrentHashMap<>();
  final Map<String, List<String>> columns = new ConcurrentHashMap<>();

  /** Questions that a job answers by "processing" before it ends. */
  volatile int jobPatience = 2;

  volatile Map<String, Object> jobError = Map.of();

  volatile boolean givesReceipts = true;
  volatile boolean spoilReceipts;

  /** The file that an export hands out. */
  volatile Map<String, Object> exported = Map.of();

  volatile String manifest = "";

  private final PlayedStore objects;
  private final URI uri;
  private final AtomicLong ids = new AtomicLong(100);
  private final Map<Long, String> fileKeys = new ConcurrentHashMap<>();
  private final Map<Long, Job> jobs = new ConcurrentHashMap<>();

  private final Map<String, Asked> keys = new ConcurrentHashMap<>();

  private record Job(
      long id, int questionsLeft, Map<String, Object> results, Map<String, Object> receipt) {}

  private record Asked(String what, long job) {}

  PlayedApi(PlayedStore objects, URI uri) {
    this.objects = objects;
    this.uri = uri;
  }

  public void addBucket(String id) {
    buckets.add(id);
  }

  public void jobPatience(int questions) {
    jobPatience = questions;
  }

  public void jobError(Map<String, Object> error) {
    jobError = error;
  }

  void addTable(String id, List<String> names, List<String> primaryKey) {
    buckets.add(id.substring(0, id.lastIndexOf('.')));
    columns.put(id, names);
    primaryKeys.put(id, primaryKey);
  }

  void manifest(PlayedExchange call) throws IOException {
    call.answer(200, "application/json", manifest);
  }

  void answer(PlayedExchange call, PlayedServer.Seen arrived) throws IOException {
    String method = call.exchange().getRequestMethod();
    String path = call.exchange().getRequestURI().getPath().substring(BASE.length());
    String[] steps = path.split("/", -1);
    if (!arrived.header("X-StorageApi-Token").equals(PlayedServer.TOKEN)) {
      call.refuse(401, "storage.tokenInvalid", "Invalid access token");
    } else if (method.equals("GET")) {
      read(call, steps);
    } else if (path.equals("buckets")) {
      createBucket(call, arrived.json());
    } else if (path.equals("files/prepare")) {
      prepare(call, arrived.json());
    } else if (steps[0].equals("files") && steps.length == 3) {
      reopen(call, Long.parseLong(steps[1]));
    } else if (steps.length == 3) {
      startJob(call, steps, arrived);
    } else {
      call.refuse(404, "notFound", "resource not found");
    }
  }

  private void read(PlayedExchange call, String[] steps) throws IOException {
    String id = steps.length > 1 ? steps[1] : "";
    switch (steps[0] + (steps.length > 2 ? "/" + steps[2] : "")) {
      case "buckets" -> found(call, buckets.contains(id), "buckets", Map.of("id", id));
      case "tables" ->
          found(
              call,
              columns.containsKey(id),
              "tables",
              Map.of(
                  "id", id,
                  "columns", columns.getOrDefault(id, List.of()),
                  "primaryKey", primaryKeys.getOrDefault(id, List.of())));
      case "tables/data-preview" -> call.answer(200, "text/csv", "\"id\"\n\"1\"\n");
      case "events" -> call.json(200, List.of(Map.of("q", call.parameter("q"))));
      case "files" -> call.json(200, exported);
      case "tokens" -> call.json(200, Map.of("id", "44", "owner", Map.of("id", 12)));
      case "jobs" -> call.json(200, state(Long.parseLong(id)));
      default -> call.refuse(404, "notFound", "resource not found");
    }
  }

  private void found(PlayedExchange call, boolean found, String what, Map<String, Object> body)
      throws IOException {
    if (found) {
      call.json(200, body);
    } else {
      call.refuse(404, "storage." + what + ".notFound", "was not found");
    }
  }

  private void createBucket(PlayedExchange call, JsonNode body) throws IOException {
    String id = body.path("stage").asString() + ".c-" + body.path("name").asString();
    if (buckets.add(id)) {
      call.json(201, Map.of("id", id));
    } else {
      call.refuse(400, "storage.buckets.alreadyExists", "The bucket exists");
    }
  }

  private void prepare(PlayedExchange call, JsonNode body) throws IOException {
    long id = ids.incrementAndGet();
    String name = body.path("name").asString();
    String key = "exp-15/12/files/" + id + "." + name;
    fileKeys.put(id, key);
    call.json(201, slot(id, key));
  }

  private Map<String, Object> slot(long id, String key) {
    return Map.of(
        "id",
        id,
        "name",
        key.substring(key.indexOf('.') + 1),
        "provider",
        "aws",
        "region",
        "eu-central-1",
        "uploadParams",
        Map.of(
            "key",
            key,
            "bucket",
            objects.bucket(),
            "acl",
            "private",
            "x-amz-server-side-encryption",
            "AES256",
            "credentials",
            objects.credentials(key)));
  }

  private void reopen(PlayedExchange call, long id) throws IOException {
    String key = fileKeys.get(id);
    if (key == null) {
      call.refuse(404, "storage.files.notFound", "no such file");
    } else if (objects.has(key)) {
      call.refuse(400, "storage.files.alreadyUploaded", "uploaded already");
    } else {
      call.json(201, slot(id, key));
    }
  }

  private void startJob(PlayedExchange call, String[] steps, PlayedServer.Seen arrived)
      throws IOException {
    String key = arrived.header("Idempotency-Key");
    Asked asked = keys.get(key);
    if (asked != null && !asked.what().equals(arrived.call() + arrived.body())) {
      call.refuse(400, "idempotencyKeyReused", "another request");
      return;
    }
    if (asked != null) {
      call.json(202, state(asked.job()));
      return;
    }
    Map<String, Object> results = new HashMap<>();
    Map<String, Object> receipt = Map.of();
    JsonNode body = arrived.json();
    if (steps[2].equals("export-async")) {
      results.put("file", Map.of("id", 901));
      results.put("cacheHit", false);
    } else {
      String object = requireNonNull(fileKeys.get(body.path("dataFileId").asLong()));
      if (!objects.has(object)) {
        call.refuse(400, "storage.fileNotUploaded", "not uploaded");
        return;
      }
      receipt = receipt(object);
      long rows = lines(object) - 1;
      String created = steps[1] + "." + body.path("name").asString("");
      if (steps[2].equals("tables-async") && columns.containsKey(created)) {
        call.refuse(400, "storage.buckets.tableAlreadyExists", "The table exists");
        return;
      }
      if (steps[2].equals("tables-async")) {
        addTable(created, List.of("id"), texts(body.path("primaryKey")));
        results.put("rowsCount", rows);
      } else {
        results.put("importedRowsCount", rows);
        results.put("totalRowsCount", rows + 1000);
      }
    }
    Job job = new Job(ids.incrementAndGet(), jobPatience, results, receipt);
    jobs.put(job.id(), job);
    keys.put(key, new Asked(arrived.call() + arrived.body(), job.id()));
    call.json(202, Map.of("id", job.id(), "status", "waiting"));
  }

  /** As the worker reads the object: its bytes as they lie there. */
  private Map<String, Object> receipt(String key) throws IOException {
    var digest = PartSums.digest("SHA-256");
    long bytes = 0;
    try (InputStream in = objects.open(key)) {
      byte[] buffer = new byte[1 << 16];
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        digest.update(buffer, 0, got);
        bytes += got;
      }
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    return Map.of(
        "objects",
        List.of(
            Map.of(
                "key",
                key,
                "bytes",
                bytes,
                "sha256",
                spoilReceipts ? "0" + sha256.substring(1) : sha256)),
        "recordsRead",
        lines(key) - 1);
  }

  private long lines(String key) throws IOException {
    try (InputStream stored = objects.open(key);
        InputStream in = key.endsWith(".gz") ? new GZIPInputStream(stored) : stored) {
      return new BufferedReader(new InputStreamReader(in, UTF_8)).lines().count();
    }
  }

  private Map<String, Object> state(long id) {
    Job job = requireNonNull(jobs.get(id));
    jobs.put(id, new Job(id, job.questionsLeft() - 1, job.results(), job.receipt()));
    if (job.questionsLeft() > 0) {
      return Map.of("id", id, "status", "processing");
    }
    if (!jobError.isEmpty()) {
      return Map.of("id", id, "status", "error", "error", jobError);
    }
    Map<String, Object> ended = new HashMap<>();
    ended.putAll(Map.of("id", id, "status", "success", "results", job.results()));
    if (givesReceipts && !job.receipt().isEmpty()) {
      ended.put("receipt", job.receipt());
    }
    return ended;
  }

  int jobCount() {
    return jobs.size();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(one -> texts.add(one.asString()));
    return texts;
  }

  /** Where a presigned URL of this server points. */
  String presigned() {
    return uri + "/presigned/manifest?X-Amz-Signature=abc";
  }
}
