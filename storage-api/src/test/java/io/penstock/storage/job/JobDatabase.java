package io.penstock.storage.job;

import com.zaxxer.hikari.HikariDataSource;
import io.penstock.embedded.postgres.EmbeddedPostgresServer;
import io.penstock.model.Secret;
import io.penstock.model.job.JobTask;
import io.penstock.model.job.RoleCredential;
import io.penstock.storage.access.Caller;
import io.penstock.storage.job.NewJob.Lock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The metadata database in a PostgreSQL of its own, one for all tests of this JVM. */
final class JobDatabase {
  private static @Nullable JobDatabase shared;

  private final HikariDataSource source;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  private JobDatabase(HikariDataSource source) {
    this.source = source;
    this.jdbc = JdbcClient.create(source);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(source));
  }

  /** Without any job. */
  static synchronized JobDatabase emptied() {
    JobDatabase database = shared == null ? start() : shared;
    shared = database;
    database.jdbc.sql("TRUNCATE job, idempotency_key, outbox_record, workspace_read_turn").update();
    return database;
  }

  private static JobDatabase start() {
    Path directory;
    try {
      directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "job-database");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    EmbeddedPostgresServer server = EmbeddedPostgresServer.temporary(directory);
    RoleCredential superuser = server.superuser();
    HikariDataSource source = new HikariDataSource();
    source.setJdbcUrl(server.jdbcUrl("postgres"));
    source.setUsername(superuser.role());
    source.setPassword(superuser.password());
    source.setMaximumPoolSize(16);
    Flyway.configure().dataSource(source).locations("classpath:db/storage-api").load().migrate();
    return new JobDatabase(source);
  }

  DataSource source() {
    return source;
  }

  JdbcClient jdbc() {
    return jdbc;
  }

  TransactionTemplate transaction() {
    return transaction;
  }

  /** A project with so many jobs at a time, in an organisation of its own. */
  long project(int parallelism) {
    long organisation =
        jdbc.sql(
                "INSERT INTO organisation (name, region, bucket, key_id, state, created_at) VALUES"
                    + " ('Test', 'eu-central-1', :bucket, 'k', 'ACTIVE', now()) RETURNING id")
            .param("bucket", UUID.randomUUID().toString())
            .query(Long.class)
            .single();
    return jdbc.sql(
            "INSERT INTO project (organisation_id, name, state, created_at, jobs_parallelism,"
                + " branch_id, sealed_writer, sealed_reader) VALUES (:organisation, 'Test',"
                + " 'ACTIVE', now(), :parallelism, 1, '', '') RETURNING id")
        .param("organisation", organisation)
        .param("parallelism", parallelism)
        .query(Long.class)
        .single();
  }

  /** Somebody of the project who manages its buckets. */
  Caller caller(long project, boolean master) {
    Long person =
        master
            ? jdbc.sql(
                    "INSERT INTO person (email, name, state, created_at)"
                        + " VALUES (:email, 'Jane', 'ACTIVE', now()) RETURNING id")
                .param("email", UUID.randomUUID() + "@example.org")
                .query(Long.class)
                .single()
            : null;
    long token =
        jdbc.sql(
                "INSERT INTO token (project_id, person_id, description, secret_hash, master,"
                    + " can_manage_buckets, can_read_all_files, can_purge_trash, created_at,"
                    + " refreshed_at) VALUES (:project, :person, 'jane@example.org', '', :master,"
                    + " true, true, true, now(), now()) RETURNING id")
            .param("project", project)
            .param("person", person)
            .param("master", master)
            .query(Long.class)
            .single();
    var facts =
        new Caller.ProjectFacts(
            project, "Test", organisationOf(project), "eu-central-1", "b", 1, "postgres", 15);
    return new Caller(
        Secret.of("unused"),
        token,
        "jane@example.org",
        master,
        person,
        true,
        true,
        true,
        master,
        Set.of(),
        null,
        null,
        Map.of(),
        facts,
        0);
  }

  private long organisationOf(long project) {
    return new JobRows(jdbc).organisationOf(project);
  }

  /** A job as a feature would ask for it. */
  static NewJob newJob(Lock lock, @Nullable Long table, @Nullable Long bucket) {
    return new NewJob(
        "tableImport",
        Map.of("queue", "main"),
        new JobTask.DropTables(table == null ? List.of() : List.of(table)),
        "in.c-main.users",
        table,
        bucket,
        null,
        lock);
  }

  /** Accepts such a job of the platform; returns its id. */
  long accept(long project, Lock lock, @Nullable Long table, @Nullable Long bucket) {
    return accept(project, newJob(lock, table, bucket));
  }

  long acceptOnWorkspace(long project, Lock lock, long workspace) {
    return accept(
        project,
        NewJob.ofWorkspace(
            "workspaceLoad",
            Map.of(),
            new JobTask.LoadWorkspace(workspace, true, List.of()),
            workspace,
            null,
            lock));
  }

  /** A load of the table out of the workspace. */
  long acceptFromWorkspace(long project, long table, long workspace) {
    NewJob load = newJob(Lock.TABLE, table, 7L);
    return accept(
        project,
        new NewJob(
            load.operation(),
            load.params(),
            load.task(),
            load.tableLabel(),
            load.tableId(),
            load.bucketId(),
            null,
            workspace,
            null,
            Lock.TABLE));
  }

  long acceptProvisioning(long project, long workspace) {
    return accept(
        project,
        NewJob.ofWorkspace(
            "workspaceDrop",
            Map.of(),
            new JobTask.WorkspaceChange.Drop(workspace),
            workspace,
            null,
            Lock.WORKSPACE));
  }

  /** A log-in that a caller waits for. */
  long acceptLogin(long project, long workspace) {
    return accept(
        project,
        NewJob.ofWorkspace(
            "workspaceLoginCreate",
            Map.of(),
            new JobTask.WorkspaceChange.AddLogin(workspace, 1, 60),
            workspace,
            null,
            Lock.NONE));
  }

  long accept(long project, NewJob job) {
    String origin =
        """
        {"organisationId": %d, "projectId": %d, "actor": {"type": "service"}, "source": {}}
        """
            .formatted(organisationOf(project), project);
    var creator = new JobRows.Creator(null, "", null, null, origin);
    return new JobRows(jdbc).insert(project, creator, job, true, Instant.now());
  }

  void end(long job) {
    jdbc.sql("UPDATE job SET status = 'success', lease_until = NULL WHERE id = :id")
        .param("id", job)
        .update();
  }

  /** As if time had passed. */
  void leaseIsOver(long job) {
    jdbc.sql("UPDATE job SET lease_until = now() - interval '1 second' WHERE id = :id")
        .param("id", job)
        .update();
  }

  String status(long job) {
    return jdbc.sql("SELECT status FROM job WHERE id = :id")
        .param("id", job)
        .query(String.class)
        .single();
  }

  /** JSON; of a job that failed. */
  String error(long job) {
    return jdbc.sql("SELECT error FROM job WHERE id = :id")
        .param("id", job)
        .query(String.class)
        .single();
  }

  int attempts(long job) {
    return jdbc.sql("SELECT attempts FROM job WHERE id = :id")
        .param("id", job)
        .query(Integer.class)
        .single();
  }

  /** Seconds from now to the end of the lease; 0 when there is none. */
  double leaseSeconds(long job) {
    return jdbc.sql(
            "SELECT coalesce(extract(epoch FROM lease_until - now()), 0)::float8 FROM job WHERE id"
                + " = :id")
        .param("id", job)
        .query(Double.class)
        .single();
  }
}
