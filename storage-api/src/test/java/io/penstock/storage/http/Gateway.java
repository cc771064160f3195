package io.penstock.storage.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.penstock.aws.Keyring;
import io.penstock.aws.ObjectStore;
import io.penstock.aws.keys.LocalKeyring;
import io.penstock.aws.keys.LocalRecipientSeal;
import io.penstock.embedded.objects.EmbeddedObjectStore;
import io.penstock.embedded.objects.ServiceKey;
import io.penstock.embedded.postgres.Databases;
import io.penstock.embedded.postgres.EmbeddedPostgresServer;
import io.penstock.embedded.queues.EmbeddedQueues;
import io.penstock.model.Json;
import io.penstock.model.Secret;
import io.penstock.model.job.RoleCredential;
import io.penstock.storage.StorageApi;
import io.penstock.storage.access.TokenCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import tools.jackson.databind.JsonNode;

/**
 * One gateway for all tests of this JVM: the real application with its database and queues; only
 * the object store is in memory, and audit-service is a small server that remembers what it was
 * asked. {@link #behind} makes another one, whose lines can be cut.
 */
final class Gateway {
  private static final String BUCKET = "penstock-org-1";

  /** Of the project that all tests share. */
  static final int MOST_WORKSPACES = 500;

  private static final AtomicInteger NAMES = new AtomicInteger();

  final EmbeddedPostgresServer postgres;
  final ConfigurableApplicationContext context;
  final AtomicReference<String> lastSearch = new AtomicReference<>("");
  final AtomicReference<String> searchAnswer =
      new AtomicReference<>("{\"records\":[],\"total\":0}");

  /** What the next searches are answered, before {@link #searchAnswer}; empty: 503; !400: 400. */
  final Queue<String> searchAnswers = new ConcurrentLinkedQueue<>();

  /** What audit-service answers to a GET of a path with its query; all others get 404. */
  final Map<String, byte[]> auditAnswers = new ConcurrentHashMap<>();

  /** Where the answer to such a GET says that the next part begins. */
  final Map<String, String> auditNext = new ConcurrentHashMap<>();

  final long project;
  private final List<String> settings;
  private final List<ConfigurableApplicationContext> nodes = new CopyOnWriteArrayList<>();

  /** Not found by any scan: named below. */
  static class Substitutes {
    @Bean
    @Primary
    ObjectStore memoryObjects() {
      return new MemoryObjects();
    }
  }

  private static final class Holder {
    static final Gateway INSTANCE = start();
  }

  static Gateway get() {
    return Holder.INSTANCE;
  }

  /** Where the neighbours are. */
  private record Neighbours(String database, String queues, int audit, @Nullable Integer objects) {}

  private Gateway(
      EmbeddedPostgresServer postgres,
      RoleCredential metadata,
      Neighbours neighbours,
      Path keys,
      HttpServer audit) {
    this.postgres = postgres;
    audit.createContext("/internal", this::audit);
    audit.start();
    Class<?>[] substitutes =
        neighbours.objects() == null ? new Class<?>[] {Substitutes.class} : new Class<?>[0];
    this.settings =
        List.of(
            "--server.port=0",
            "--spring.datasource.url=" + neighbours.database(),
            "--spring.datasource.username=" + metadata.role(),
            "--spring.datasource.password=" + metadata.password(),
            "--penstock.keys.directory=" + keys,
            "--penstock.keys.worker-public-key=" + keys.resolve("worker.pub"),
            "--penstock.tokens.keys.1=" + Base64.getEncoder().encodeToString(new byte[32]),
            "--penstock.aws.s3-endpoint=http://127.0.0.1:"
                + (neighbours.objects() == null ? 1 : neighbours.objects()),
            "--penstock.aws.sqs-endpoint=" + neighbours.queues(),
            "--penstock.aws.access-key-id=x",
            "--penstock.aws.secret-access-key=x",
            "--penstock.warehouse.host=127.0.0.1",
            "--penstock.warehouse.port=" + postgres.port(),
            "--penstock.warehouse.ssl-mode=disable",
            "--penstock.warehouse.stream-rows=250000",
            "--penstock.storage-api.public-url=https://storage.test",
            "--penstock.loads.largest-body=1MB",
            "--penstock.jobs.sync-wait=3s",
            "--penstock.workspaces.per-project=" + MOST_WORKSPACES,
            "--penstock.storage-api.anonymous-calls-per-second=100000",
            "--penstock.audit.url=http://127.0.0.1:" + neighbours.audit(),
            "--penstock.audit.read-timeout=3s",
            "--penstock.audit.credential=audit-secret",
            "--penstock.files.largest-upload=12MB",
            "--penstock.files.concurrent-uploads=3");
    this.context =
        StorageApi.application()
            .sources(substitutes)
            .initializers(
                starting ->
                    starting
                        .getBeanFactory()
                        .registerSingleton("mainTypesOnly", new MainTypesOnly()))
            .run(settings.toArray(String[]::new));
    this.project = newProject();
  }

  private void audit(HttpExchange exchange) throws IOException {
    byte[] question = exchange.getRequestBody().readAllBytes();
    URI asked = exchange.getRequestURI();
    byte[] answer = auditAnswers.get(asked.toString());
    if (asked.getPath().equals("/internal/records/search")) {
      lastSearch.set(new String(question, StandardCharsets.UTF_8));
      String page = searchAnswers.poll();
      answer = (page == null ? searchAnswer.get() : page).getBytes(StandardCharsets.UTF_8);
    }
    String next = auditNext.get(asked.toString());
    if (next != null) {
      exchange.getResponseHeaders().add("X-Penstock-Next", next);
    }
    byte[] body = answer == null ? "{}".getBytes(StandardCharsets.UTF_8) : answer;
    int status = answer == null ? 404 : body.length == 0 ? 503 : body[0] == '!' ? 400 : 200;
    body = status == 400 ? "{}".getBytes(StandardCharsets.UTF_8) : body;
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static Gateway start() {
    try {
      Path keys = Files.createTempDirectory("penstock-gateway");
      LocalRecipientSeal.generate(keys.resolve("worker.key"), keys.resolve("worker.pub"));
      EmbeddedPostgresServer postgres = EmbeddedPostgresServer.temporary(keys.resolve("postgres"));
      EmbeddedQueues queues = EmbeddedQueues.start(0);
      HttpServer audit =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      Gateway gateway =
          new Gateway(
              postgres,
              Databases.prepareMetadata(postgres),
              new Neighbours(
                  postgres.jdbcUrl(Databases.METADATA),
                  queues.endpoint().toString(),
                  audit.getAddress().getPort(),
                  null),
              keys,
              audit);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway, queues, audit)));
      return gateway;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The lines of a gateway of its own. */
  record Lines(Gateway gateway, Cable database, Cable queues, Cable audit, Cable objects) {}

  /** A gateway in front of a real object store, each of its neighbours at the end of a cable. */
  static Lines behind(Path keys) {
    try {
      LocalKeyring keyring = new LocalKeyring(keys);
      LocalRecipientSeal.generate(keys.resolve("worker.key"), keys.resolve("worker.pub"));
      EmbeddedPostgresServer postgres = EmbeddedPostgresServer.temporary(keys.resolve("postgres"));
      EmbeddedQueues queues = EmbeddedQueues.start(0);
      EmbeddedObjectStore store =
          EmbeddedObjectStore.builder(keys.resolve("objects"), (_, _) -> keyring.forOrganisation(1))
              .serviceKey(new ServiceKey("x", Secret.of("x"), _ -> true, true))
              .build()
              .start();
      HttpServer audit =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      Cable database = Cable.to(postgres.port());
      Cable queue = Cable.to(queues.endpoint().getPort());
      Cable search = Cable.to(audit.getAddress().getPort());
      Cable objects = Cable.to(store.endpoint().getPort());
      Gateway gateway =
          new Gateway(
              postgres,
              Databases.prepareMetadata(postgres),
              new Neighbours(
                  postgres
                      .jdbcUrl(Databases.METADATA)
                      .replace(":" + postgres.port(), ":" + database.port()),
                  "http://127.0.0.1:" + queue.port(),
                  search.port(),
                  objects.port()),
              keys,
              audit);
      gateway.context.getBean(ObjectStore.class).createBucket(BUCKET);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    stop(gateway, queues, audit);
                    store.close();
                  }));
      return new Lines(gateway, database, queue, search, objects);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void stop(Gateway gateway, EmbeddedQueues queues, HttpServer audit) {
    gateway.nodes.forEach(ConfigurableApplicationContext::close);
    gateway.context.close();
    queues.close();
    audit.stop(0);
    gateway.postgres.close();
  }

  private long newProject() {
    Keyring keyring = context.getBean(Keyring.class);
    keyring.createOrganisationKey(1);
    keyring.createProjectKey(1, 12);
    byte[] reader =
        keyring.seal(
            12,
            Json.write(new RoleCredential("p12_reader", "reader-password"))
                .getBytes(StandardCharsets.UTF_8),
            "project:12:reader".getBytes(StandardCharsets.UTF_8));
    byte[] writer =
        keyring.seal(
            12,
            Json.write(new RoleCredential("p12_writer", "x")).getBytes(StandardCharsets.UTF_8),
            "project:12:writer".getBytes(StandardCharsets.UTF_8));
    jdbc()
        .sql(
            """
            INSERT INTO organisation (id, name, region, bucket, key_id, state, created_at)
            VALUES (1, 'Org', 'eu-central-1', :bucket, 'k', 'ACTIVE', now());
            INSERT INTO project (id, organisation_id, name, state, created_at, branch_id, sealed_writer, sealed_reader, jobs_parallelism)
            VALUES (12, 1, 'Analytics', 'ACTIVE', now(), 5, :writer, :reader, 1000);
            INSERT INTO person (id, email, name, state, created_at) VALUES (1, 'a@b', 'A', 'ACTIVE', now());
            ALTER TABLE project ALTER COLUMN id RESTART WITH 1000;
            ALTER TABLE person ALTER COLUMN id RESTART WITH 2;
            INSERT INTO membership (project_id, person_id, role, created_at) VALUES (12, 1, 'admin', now())
            """)
        .param("bucket", BUCKET)
        .param("writer", writer)
        .param("reader", reader)
        .update();
    return 12;
  }

  /**
   * Another node on the same database, queues, keys and objects.
   *
   * @param more settings that only this node has
   */
  ConfigurableApplicationContext anotherNode(Clock clock, String... more) {
    List<String> all = new ArrayList<>(settings);
    all.addAll(List.of(more));
    ConfigurableApplicationContext started =
        StorageApi.application()
            .initializers(
                starting -> {
                  GenericApplicationContext node = (GenericApplicationContext) starting;
                  node.getBeanFactory().registerSingleton("mainTypesOnly", new MainTypesOnly());
                  node.registerBean(
                      "memoryObjects", ObjectStore.class, this::store, it -> it.setPrimary(true));
                  node.registerBean(
                      "nodesClock", Clock.class, () -> clock, it -> it.setPrimary(true));
                })
            .run(all.toArray(String[]::new));
    nodes.add(started);
    return started;
  }

  /** Where a node listens. */
  static String address(ConfigurableApplicationContext node) {
    return "http://127.0.0.1:" + node.getEnvironment().getRequiredProperty("local.server.port");
  }

  JdbcClient jdbc() {
    return context.getBean(JdbcClient.class);
  }

  /**
   * Rows of a table that the connection of the transaction at hand has read so far. Only a
   * difference says anything: what earlier transactions of a pooled connection read is counted
   * until PostgreSQL has reported it.
   */
  long rowsRead(String table) {
    return jdbc()
        .sql(
            """
            SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables
            WHERE relname = :table
            """)
        .param("table", table)
        .query(Long.class)
        .single();
  }

  ObjectStore store() {
    return context.getBean(ObjectStore.class);
  }

  MemoryObjects objects() {
    return (MemoryObjects) context.getBean(ObjectStore.class);
  }

  /** Ends what other tests have left to a worker that is not there, and forgets its messages. */
  void endAbandonedJobs() {
    jdbc()
        .sql(
            """
            UPDATE job SET status = 'error', ended_at = now(), error = '{"code":"abandoned","message":"by its test"}'
            WHERE status IN ('waiting', 'processing')
            """)
        .update();
    worker().forget();
  }

  Worker worker() {
    return new Worker(context.getBean(SqsAsyncClient.class));
  }

  String objectBucket() {
    return BUCKET;
  }

  /** A client with a master token. */
  Client master() {
    return client(true, false, false);
  }

  /** A client whose token may nothing of its own. */
  Client limited() {
    return client(false, false, false);
  }

  Client client(boolean master, boolean buckets, boolean files) {
    TokenCodec codec = context.getBean(TokenCodec.class);
    byte[] secret = codec.newSecret();
    long id =
        jdbc()
            .sql(
                """
                INSERT INTO token (project_id, person_id, description, secret_hash, master, can_manage_buckets,
                  can_read_all_files, can_purge_trash, created_at, refreshed_at)
                VALUES (:project, CASE WHEN :master THEN 1 END, 'test', :hash, :master, :buckets, :files, false, now(), now())
                RETURNING id
                """)
            .param("project", project)
            .param("master", master)
            .param("hash", TokenCodec.hash(secret))
            .param("buckets", master || buckets)
            .param("files", files)
            .query(Long.class)
            .single();
    return new Client(address(context), codec.seal(project, id, secret).reveal(), id);
  }

  /** Gives a token a right, as the tokens' feature does. */
  void grant(Client client, String bucketLabel, String permission) {
    jdbc()
        .sql(
            """
            INSERT INTO token_permission (token_id, bucket_id, permission)
            SELECT :token, id, :permission FROM bucket WHERE stage || '.' || name = :label AND deleted_at IS NULL;
            UPDATE project SET revocation = revocation + 1
            """)
        .param("token", client.tokenId())
        .param("permission", permission)
        .param("label", bucketLabel)
        .update();
  }

  static String unique(String name) {
    return name + NAMES.incrementAndGet();
  }

  /** The records of a run's calls, without their events, the oldest first. */
  List<JsonNode> recordsOfRun(Client client) {
    return jdbc()
        .sql(
            "SELECT body FROM outbox_record WHERE body::jsonb ->> 'runId' = :run"
                + " AND body::jsonb ->> 'kind' <> 'EVENT' ORDER BY number")
        .param("run", client.headers().get("X-KBC-RunId"))
        .query((rs, _) -> Json.mapper().readTree(rs.getString(1)))
        .list();
  }

  /** All that calls could have changed; records of the calls themselves are not in it. */
  String everything() {
    return jdbc()
        .sql(
            """
            SELECT (SELECT string_agg(md5(query_to_xml(format('SELECT * FROM %I t ORDER BY t::text', table_name),
                                                       true, true, '')::text), '/' ORDER BY table_name)
                    FROM information_schema.tables
                    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
                      AND table_name NOT IN ('job', 'outbox_record', 'flyway_schema_history'))
                || (SELECT count(*) FROM job)
                || '/' || (SELECT count(*) FROM outbox_record WHERE body LIKE '%"kind":"EVENT"%')
            """)
        .query(String.class)
        .single();
  }
}
