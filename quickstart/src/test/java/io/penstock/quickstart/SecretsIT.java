package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.aws.keys.LocalKeyring;
import io.penstock.model.Json;
import io.penstock.model.job.RoleCredential;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Secrets in every field that can hold one, sent through the whole running platform, which logs at
 * DEBUG: none is anywhere afterwards, and one that is leaked on purpose is everywhere.
 */
class SecretsIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path directory = Path.of("");

  private final TestPlatform platform = TestPlatform.shared();
  private final Haystacks haystacks = new Haystacks(platform);
  private final Api api = platform.api();

  /** Secrets by their name. */
  private final Map<String, String> secrets = new LinkedHashMap<>();

  /** What the platform answered, but for the answers that hand a secret to whoever asked for it. */
  private final List<String> heard = new ArrayList<>();

  /** Names of what callers are shown again because it is their own: it is nowhere else. */
  private final Set<String> shown = new HashSet<>(Set.of("secrets/demo-token"));

  private int marks;

  @Test
  void noSecretIsAnywhereButWhatIsLeakedOnPurpose() throws Exception {
    String leak = "Leaked7" + UUID.randomUUID().toString().replace("-", "");
    Map<String, String> leaked = Map.of("the leak", leak);
    Path log = directory.resolve("captured.log");
    try (CapturedLog _ = CapturedLog.into(log)) {
      installation();
      tokens();
      fields();
      loads();
      workspaces();
      LoggerFactory.getLogger(SecretsIT.class).debug("On purpose: {}", leak);
      hear(api.send("POST", "events", event(leak, Map.of("note", leak))));
      awaitIndexed(leak);
      hear(api.send("GET", "events?limit=10000", null));
      hear(api.send("GET", "events?limit=100&q=" + leak, null));
      exports();
    }

    Map<String, String> places = new LinkedHashMap<>();
    Map<String, String> found = new LinkedHashMap<>();
    Haystacks.Search search =
        (where, bytes) -> {
          found.putAll(Haystacks.found(secrets, where, bytes));
          Haystacks.found(leaked, kind(where), bytes).forEach(places::putIfAbsent);
        };
    Haystacks.lines(log, search);
    haystacks.trail(search);
    haystacks.index(search);
    haystacks.files(search);
    int all = secrets.size();
    secrets.keySet().removeAll(shown);
    heard.forEach(answer -> search.look("answers", answer.getBytes(StandardCharsets.UTF_8)));
    search.look("metadata", metadata());

    assertThat(all).isGreaterThan(35);
    assertThat(found).isEmpty();
    assertThat(places.keySet())
        .as("the search finds what is there")
        .contains(
            "the leak in log",
            "the leak in answers",
            "the leak in trail",
            "the leak in index, stored",
            "the leak in index, _text");
  }

  private static String kind(String where) {
    return where.startsWith("audit/") ? "trail" : where;
  }

  /**
   * Exports of the trail: all of it, in each of its forms. The log's entries are those under its
   * checkpoint, which is some seconds behind.
   */
  private void exports() throws Exception {
    for (String path :
        List.of(
            "/v2/audit/events?limit=1000",
            "/v2/audit/events/export?format=jsonl",
            "/v2/audit/events/export?format=csv",
            "/v2/audit/log/entries")) {
      HttpRequest request =
          HttpRequest.newBuilder(platform.http().resolve(path))
              .header("X-StorageApi-Token", String.valueOf(api.token()))
              .build();
      HttpResponse<String> answer =
          await(path)
              .atMost(Duration.ofSeconds(30))
              .until(
                  () -> HTTP.send(request, BodyHandlers.ofString()),
                  sent -> sent.statusCode() == 200 && sent.body().contains("secret.test"));
      hear(answer);
    }
  }

  /** What the platform made for itself. */
  private void installation() throws Exception {
    try (Stream<Path> files = Files.list(platform.home().folder("secrets"))) {
      for (Path file : files.filter(each -> !each.toString().endsWith(".pub")).toList()) {
        secrets.put(
            "secrets/" + file.getFileName(), core(Files.readString(file, StandardCharsets.UTF_8)));
      }
    }
    LocalKeyring keyring = new LocalKeyring(platform.home().folder("keys"));
    try (Connection metadata = database();
        ResultSet rows =
            metadata
                .createStatement()
                .executeQuery("SELECT id, sealed_writer, sealed_reader FROM project")) {
      while (rows.next()) {
        for (String role : List.of("writer", "reader")) {
          secrets.put(
              "password of p%d_%s".formatted(rows.getLong(1), role),
              opened(keyring, rows.getLong(1), rows.getBytes("sealed_" + role), role));
        }
      }
    }
  }

  private static String opened(LocalKeyring keyring, long project, byte[] sealed, String role)
      throws GeneralSecurityException {
    byte[] context = "project:%d:%s".formatted(project, role).getBytes(StandardCharsets.UTF_8);
    return Json.read(
            new String(keyring.open(project, sealed, context), StandardCharsets.UTF_8),
            RoleCredential.class)
        .password();
  }

  /** The part of a token or a PEM file that nobody may read; other texts whole. */
  private static String core(String text) {
    String stripped = text.strip();
    if (stripped.startsWith("-----")) {
      String key = stripped.lines().skip(1).findFirst().orElseThrow();
      return key.substring(key.length() - 40);
    }
    return stripped.matches("\\d+-(\\d+-)?[0-9A-Za-z]+")
        ? stripped.substring(stripped.lastIndexOf('-') + 1)
        : stripped;
  }

  /** Genuine, forged and mistaken ones, wherever a client may put them. */
  private void tokens() throws Exception {
    JsonNode made = api.post(201, "tokens", Map.of("description", "for the test of secrets"));
    String token = secret("a new token", made.path("token").asString());
    String path = "tokens/" + made.path("id").asString();
    hear(new Api(platform.http(), token).send("GET", "buckets", null));
    JsonNode refreshed = api.post(200, path + "/refresh", Map.of());
    String second = secret("a refreshed token", refreshed.path("token").asString());
    hear(new Api(platform.http(), token).send("GET", "buckets", null)); // no longer valid
    String forged = "1-1-" + mark("a forged token") + "x".repeat(80);
    for (String text : List.of(second, forged, mark("no token at all"))) {
      String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
      hear(new Api(platform.http(), text).send("GET", "buckets", null));
      hear(with("Authorization", "Bearer " + text, "GET", "buckets", null));
      hear(with("X-KBC-ManageApiToken", text, "GET", "/manage/organizations", null));
      hear(with("Referer", "https://ui.example.org/?token=" + encoded, "GET", "buckets", null));
      hear(with("User-Agent", "tool (token: " + text + ")", "GET", "buckets", null));
      hear(api.send("GET", "buckets?token=" + encoded, null));
      if (text.contains("-")) { // of another text nothing tells that it is a secret
        hear(api.send("GET", "tokens/" + encoded, null));
      }
    }
    String basic = "jane:" + mark("a password of basic authentication");
    String encoded = Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8));
    secrets.put("basic authentication, encoded", encoded);
    hear(with("Authorization", "Basic " + encoded, "GET", "buckets", null));
    hear(api.send("DELETE", path, null));
    hear(new Api(platform.http(), second).send("GET", "tokens/verify", null)); // deleted
  }

  /** Names and texts that tell of a secret, in all sorts of bodies. */
  private void fields() throws Exception {
    Map<String, Object> params = new LinkedHashMap<>();
    for (String name :
        List.of(
            "password",
            "#anything",
            "secretAccessKey",
            "api_key",
            "access_token",
            "credentials",
            "connectionString")) {
      params.put(name, mark("event, " + name));
    }
    params.put("nested", List.of(Map.of("#deep", mark("event, nested"))));
    params.put("uri", "postgres://jane:%s@db.example.org/x".formatted(mark("event, URI")));
    params.put("jdbc", "jdbc:postgresql://db/x?password=" + mark("event, JDBC"));
    params.put("json", "{\"parameters\":{\"#x\":\"%s\"}}".formatted(mark("event, JSON text")));
    hear(api.send("POST", "events", event("failed: password=" + mark("event, message"), params)));
    hear(
        api.send(
            "POST",
            "events",
            Map.of(
                "component", "secret.test",
                "message", "as text",
                "params", "{\"#x\":\"%s\"}".formatted(mark("event, params as text")))));
    for (String path : List.of("buckets", "tokens", "files/prepare", "workspaces", "tickets")) {
      Map<String, Object> odd = new LinkedHashMap<>();
      odd.put("description", "x".repeat(3000)); // refused, or not: recorded
      odd.put("password", mark(path + ", password"));
      odd.put("#secret", mark(path + ", #"));
      odd.put("name", "../never");
      hear(api.send("POST", path, odd));
      hear(
          with(
              "Content-Type",
              "application/x-www-form-urlencoded",
              "POST",
              path,
              "name=../never&credentials[secret]=" + mark(path + ", form")));
      hear(api.send("POST", path, "{\"password\":\"%s".formatted(mark(path + ", broken JSON"))));
      hear(api.send("GET", path + "?password=" + mark(path + ", query"), null));
    }
    hear(api.send("GET", "events?q=params.password%3A" + mark("query of a search"), null));
    api.post(201, "buckets", Map.of("name", "secrets", "stage", "in"));
    Map<String, String> item = Map.of("key", "db.password", "value", own("metadata"));
    assertThat(
            api.send(
                    "POST",
                    "buckets/in.c-secrets/metadata",
                    Map.of("provider", "user", "metadata", List.of(item)))
                .statusCode())
        .isEqualTo(201);
    api.send(
        "POST",
        "buckets/in.c-secrets/attributes",
        Map.of("attributes", List.of(Map.of("name", "password", "value", own("attribute")))));
    secrets.put("a manage password", mark("manage"));
    ManageClient manage = platform.manage();
    manage.post(
        "maintainers/1/organizations",
        Map.of("name", "Secrets", "password", secrets.get("a manage password")));
  }

  /** Credentials of the object store, and addresses that open something. */
  private void loads() throws Exception {
    JsonNode file = api.prepare("secrets.csv", true);
    JsonNode credentials = file.at("/uploadParams/credentials");
    secret("S3 secret key", credentials.path("SecretAccessKey").asString());
    secret("S3 session token", credentials.path("SessionToken").asString());
    Uploads.put(platform.s3(), file, "id,name\n1,x\n".getBytes(StandardCharsets.UTF_8));
    JsonNode job =
        api.ended(
            api.post(
                202,
                "buckets/in.c-secrets/tables-async",
                Map.of("name", "t", "dataFileId", file.path("id").asLong())));
    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("success");
    heard.add(job.toString());
    hear(
        api.send(
            "POST",
            "tables/in.c-secrets.t/import",
            Map.of(
                "dataUrl",
                "https://jane:%s@127.0.0.1/a.csv?sig=%s"
                    .formatted(mark("dataUrl, password"), mark("dataUrl, signature")))));
    hear(
        api.send(
            "POST",
            "tables/in.c-secrets.t/import",
            Map.of("dataString", "id,name\n2," + mark("data of a load") + "\n")));
    JsonNode exported = api.ended(api.post(202, "tables/in.c-secrets.t/export-async", Map.of()));
    heard.add(exported.toString());
  }

  /** Passwords that are told once, a repeated answer among them. */
  private void workspaces() throws Exception {
    JsonNode workspace =
        Api.expect(201, api.sendOnce("workspaces", Map.of(), "secrets-" + UUID.randomUUID()));
    secret("workspace password", workspace.at("/connection/password").asString());
    String path = "workspaces/" + workspace.path("id").asLong();
    hear(api.send("GET", path, null));
    String key = "secrets-" + UUID.randomUUID();
    String password =
        Api.expect(201, api.sendOnce(path + "/password", Map.of(), key))
            .path("password")
            .asString();
    secret("workspace password, reset", password);
    assertThat(api.sendOnce(path + "/password", Map.of(), key).body()).contains(password);
    hear(api.send("DELETE", path + "?async=1", null));
  }

  private String secret(String name, String text) {
    assertThat(text).as(name).isNotBlank();
    secrets.put(name, core(text));
    return text;
  }

  /** A new secret. */
  private String mark(String name) {
    String mark = "Zebra7%sQ%d".formatted(UUID.randomUUID().toString().replace("-", ""), ++marks);
    secrets.put(name + " " + marks, mark);
    return mark;
  }

  private String own(String name) {
    String mark = mark(name);
    shown.add(name + " " + marks);
    return mark;
  }

  private static Map<String, Object> event(String message, Map<String, ?> params) {
    return Map.of("component", "secret.test", "message", message, "params", params);
  }

  private void hear(HttpResponse<String> answer) {
    heard.add(answer.statusCode() + " " + answer.headers().map() + "\n" + answer.body());
  }

  private HttpResponse<String> with(
      String header, String value, String method, String path, @Nullable String body)
      throws IOException, InterruptedException {
    URI base = platform.http();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                path.startsWith("/") ? base.resolve(path) : base.resolve("/v2/storage/" + path))
            .header(header, value)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!header.equals("Authorization") && !path.startsWith("/")) {
      request.header("X-StorageApi-Token", String.valueOf(api.token()));
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  /** The events of this test are the last ones: what comes before the leak is there with it. */
  private void awaitIndexed(String leak) {
    Instant now = Instant.now();
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                api.get("events?q=" + leak).size() == 1
                    && unconfirmed(now) == 0
                    && isCommitted(leak));
  }

  /** The index is written to its files every few seconds. */
  private boolean isCommitted(String leak) throws IOException {
    Map<String, String> found = new LinkedHashMap<>();
    haystacks.index(
        (where, bytes) -> found.putAll(Haystacks.found(Map.of("it", leak), where, bytes)));
    return !found.isEmpty();
  }

  private long unconfirmed(Instant until) throws Exception {
    try (Connection metadata = database();
        PreparedStatement count =
            metadata.prepareStatement("SELECT count(*) FROM outbox_record WHERE created_at < ?")) {
      count.setTimestamp(1, Timestamp.from(until));
      try (ResultSet rows = count.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  /**
   * All texts in the metadata database, but for metadata and attributes, which are the callers'.
   */
  private byte[] metadata() throws Exception {
    StringBuilder all = new StringBuilder();
    try (Connection metadata = database();
        ResultSet tables =
            metadata
                .createStatement()
                .executeQuery(
                    """
                    SELECT query_to_xml(format('SELECT * FROM %I', table_name), true, true, '')::text
                    FROM information_schema.tables
                    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
                      AND table_name NOT IN ('metadata', 'attribute')
                    """)) {
      while (tables.next()) {
        all.append(tables.getString(1)).append('\n');
      }
    }
    return all.toString().getBytes(StandardCharsets.UTF_8);
  }

  private Connection database() throws IOException, SQLException {
    Properties settings = new Properties();
    try (var in =
        Files.newBufferedReader(
            platform.home().folder("config").resolve("storage-api.properties"),
            StandardCharsets.UTF_8)) {
      settings.load(in);
    }
    return DriverManager.getConnection(
        settings.getProperty("spring.datasource.url"),
        settings.getProperty("spring.datasource.username"),
        settings.getProperty("spring.datasource.password"));
  }
}
