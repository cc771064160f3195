package io.penstock.embedded.postgres;

import io.penstock.model.job.ProjectTemplate;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the functions of advisory locks from PUBLIC in databases of projects. Sessions of all
 * databases have their locks in one table of the server, and one of a workspace's user could fill
 * it by a single statement; it could also take the number of a job that is to come. Only the
 * superuser can do that, and only from within a database: so those of projects are copied from a
 * template.
 */
final class AdvisoryLocks {
  private static final String TAKE =
      """
      DO $$
      DECLARE lock_function regprocedure;
      BEGIN
        FOR lock_function IN
          SELECT oid FROM pg_proc
          WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^pg_(try_)?advisory_(xact_)?lock'
        LOOP
          EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', lock_function);
        END LOOP;
      END $$\
      """;
  private static final String OWN =
      "GRANT EXECUTE ON FUNCTION pg_try_advisory_lock(bigint), pg_advisory_xact_lock(integer,"
          + " integer) TO ";
  private static final String IS_EVERYBODYS =
      "SELECT has_function_privilege('public', 'pg_advisory_lock(bigint)', 'EXECUTE')";
  private static final String PROJECTS =
      "SELECT datname, EXISTS (SELECT FROM pg_roles WHERE rolname = 'p' || datname || '_writer')"
          + " FROM pg_database WHERE datname ~ '^[1-9][0-9]*$' AND datallowconn";

  private AdvisoryLocks() {}

  /**
   * Makes the template, and closes databases that were made without it.
   *
   * @param postgres the superuser's connection to another database
   */
  static void close(EmbeddedPostgresServer server, Connection postgres) throws SQLException {
    makeTemplate(server, postgres);
    for (Project project : projects(postgres)) {
      try (Connection connection = server.connect(project.database(), server.superuser())) {
        if (isTrue(connection, IS_EVERYBODYS)) {
          connection.setAutoCommit(false);
          take(connection);
          if (project.provisioned()) {
            Databases.execute(connection, OWN + "p" + project.database() + "_writer");
          }
          connection.commit();
        }
      }
    }
  }

  private record Project(String database, boolean provisioned) {}

  private static List<Project> projects(Connection postgres) throws SQLException {
    List<Project> projects = new ArrayList<>();
    try (var statement = postgres.createStatement();
        ResultSet rows = statement.executeQuery(PROJECTS)) {
      while (rows.next()) {
        projects.add(new Project(rows.getString(1), rows.getBoolean(2)));
      }
    }
    return projects;
  }

  /** It is called a template when it is finished; nobody connects to it from then on. */
  private static void makeTemplate(EmbeddedPostgresServer server, Connection postgres)
      throws SQLException {
    String name = ProjectTemplate.NAME;
    if (isTrue(postgres, state(name, "datistemplate"))) {
      return;
    }
    if (!isTrue(postgres, state(name, "true"))) {
      Databases.execute(
          postgres,
          "CREATE DATABASE %s TEMPLATE template0 %s".formatted(name, ProjectTemplate.LOCALE));
    }
    Databases.execute(
        postgres, "REVOKE CONNECT, TEMPORARY ON DATABASE %s FROM PUBLIC".formatted(name));
    try (Connection connection = server.connect(name, server.superuser())) {
      take(connection);
    }
    Databases.execute(
        postgres, "ALTER DATABASE %s IS_TEMPLATE true ALLOW_CONNECTIONS false".formatted(name));
  }

  private static void take(Connection connection) throws SQLException {
    Databases.execute(connection, TAKE);
    Databases.execute(connection, OWN + Databases.PROVISIONER + " WITH GRANT OPTION");
  }

  private static String state(String database, String what) {
    return "SELECT EXISTS (SELECT FROM pg_database WHERE datname = '%s' AND %s)"
        .formatted(database, what);
  }

  private static boolean isTrue(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() && rows.getBoolean(1);
    }
  }
}
