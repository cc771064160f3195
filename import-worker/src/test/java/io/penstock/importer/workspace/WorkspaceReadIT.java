package io.penstock.importer.workspace;

import static io.penstock.importer.workspace.Sessions.rows;
import static io.penstock.importer.workspace.Sessions.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.DefineTable;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.model.job.JobTask.ExportWorkspaceTable;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.WorkspaceChange;
import io.penstock.model.job.JobTask.WorkspaceSource;
import io.penstock.model.job.WorkspaceNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What comes out of workspaces. */
class WorkspaceReadIT {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static WarehouseFixture warehouse;

  @SuppressWarnings("NullAway.Init")
  private static ProjectFixture project;

  @BeforeAll
  static void start() {
    warehouse = WarehouseFixture.start(directory);
    project = warehouse.newProject();
  }

  @AfterAll
  static void stop() {
    warehouse.close();
  }

  @Test
  void viewIsExportedWithTheRightsOfTheWorkspace() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE VIEW \"Out\" AS SELECT 1 AS id, true AS ok, NULL::text AS none, 'a\"b' AS q,"
              + " now() AS _timestamp",
          "CREATE FUNCTION spy() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*)"
              + " FROM _penstock.catalogue); END'",
          "CREATE VIEW evil AS SELECT spy() AS n",
          "CREATE FUNCTION grow() RETURNS int LANGUAGE plpgsql AS 'BEGIN CREATE TABLE grown (id"
              + " int); RETURN 1; END'",
          "CREATE VIEW writing AS SELECT grow() AS n");
    }

    JobOutcome outcome = export(workspace, "Out");

    assertThat(outcome.error()).isNull();
    assertThat(new String(project.objects().get("out/Out0000_part_00"), StandardCharsets.UTF_8))
        .isEqualTo("\"1\",\"true\",,\"a\"\"b\"\n");
    assertThat(Objects.requireNonNull(outcome.export()).columns())
        .containsExactly("id", "ok", "none", "q");
    for (String refused : new String[] {"evil", "writing"}) {
      assertThat(Objects.requireNonNull(export(workspace, refused).error()).code())
          .as(refused)
          .isEqualTo("workspace.loadFailed");
    }
    assertThat(Objects.requireNonNull(export(workspace, "out").error()).code())
        .as("names are case-sensitive")
        .isEqualTo("workspace.tableNotFound");
  }

  @Test
  void rowThatNoMemoryHoldsFailsInTheServer() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE VIEW one AS SELECT 1 AS id, repeat('x', 1048577) AS \"Big\"",
          "CREATE VIEW two AS SELECT repeat('x', 600000) AS a, array_fill(1, ARRAY[300000]) AS b",
          "CREATE VIEW fits AS SELECT repeat('x', 1000000) AS a, ARRAY[1, NULL] AS b, NULL::jsonb"
              + " AS c, 'ab '::char(4) AS d, 1.50 AS e, ROW(1) IS NULL AS f");
    }
    long table = WarehouseFixture.nextId();

    for (String view : new String[] {"one", "two"}) {
      String problem =
          view.equals("one") ? "column \"Big\" has more than 1048576 bytes" : "of a row have more";
      for (JobOutcome outcome :
          List.of(
              export(workspace, view),
              project.runWith(workspace, load(workspace, table, true, false, view)))) {
        assertThat(code(outcome)).as(view).isEqualTo("workspace.loadFailed");
        assertThat(Objects.requireNonNull(outcome.error()).message()).contains(problem);
      }
    }
    assertThat(export(workspace, "fits").error()).isNull();
    StringBuilder written = new StringBuilder();
    for (String slice : project.objects().keys("out/fits")) {
      written.append(new String(project.objects().get(slice), StandardCharsets.UTF_8));
    }
    assertThat(written).contains("xxx\",\"{1,NULL}\",,\"ab  \",\"1.50\",\"false\"\n");
  }

  /** Both ways out of a workspace. */
  private static List<JobOutcome> read(WorkspaceNames workspace, String table) {
    return List.of(
        export(workspace, table),
        project.runWith(workspace, load(workspace, WarehouseFixture.nextId(), true, false, table)));
  }

  private static void patience(Duration nextRow, Duration longest) {
    project.patience(new ReadPatience(Duration.ofMillis(300), nextRow, longest));
  }

  @AfterEach
  void usualPatience() {
    patience(Duration.ofSeconds(30), Duration.ofMinutes(2));
  }

  private static void assertNoSession(WorkspaceNames workspace) throws SQLException {
    try (Connection writer = project.asWriter()) {
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          rows(
                              writer,
                              "SELECT count(*) FROM pg_stat_activity WHERE usename = '%s'"
                                  .formatted(workspace.workerRole())))
                      .containsExactly("0"));
    }
  }

  @Test
  @Timeout(60)
  void tableThatASessionHoldsIsSaidSo() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    try (Connection user = project.asUser(workspace)) {
      run(user, "CREATE TABLE lk (a int)", "CREATE VIEW over AS SELECT a FROM lk");
      user.setAutoCommit(false);
      run(user, "LOCK TABLE lk IN ACCESS EXCLUSIVE MODE");

      for (String table : new String[] {"lk", "over"}) {
        for (JobOutcome outcome : read(workspace, table)) {
          assertThat(code(outcome)).as(table).isEqualTo("workspace.tableInUse");
          assertThat(Objects.requireNonNull(outcome.error()).message())
              .contains("\"" + table + "\"", "End its transaction");
        }
      }
      user.rollback();
    }
    assertThat(export(workspace, "lk").error()).isNull();
  }

  @Test
  @Timeout(60)
  void viewThatGivesNoRowIsBrokenOffWhateverItsCodeDoes() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE VIEW slow AS SELECT 1 AS x, pg_sleep(600)::text AS y",
          """
          CREATE FUNCTION stubborn() RETURNS int LANGUAGE plpgsql AS $$
          BEGIN
            PERFORM set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false),
              set_config('client_connection_check_interval', '0', false), set_config('client_min_messages', 'notice', false);
            LOOP
              BEGIN
                RAISE NOTICE 'still here';
                PERFORM pg_sleep(0.1);
              EXCEPTION WHEN query_canceled THEN
                NULL;
              END;
            END LOOP;
          END $$
          """,
          "CREATE VIEW stubborn_view AS SELECT stubborn() AS x",
          "CREATE TABLE guarded AS SELECT 1 AS x",
          "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
          "ALTER TABLE guarded FORCE ROW LEVEL SECURITY",
          "CREATE POLICY slowly ON guarded USING (stubborn() > 0)");
    }
    patience(Duration.ofSeconds(1), Duration.ofMinutes(2));

    for (String table : new String[] {"slow", "stubborn_view", "guarded"}) {
      for (JobOutcome outcome : read(workspace, table)) {
        assertThat(code(outcome)).as(table).isEqualTo("workspace.loadFailed");
        assertThat(Objects.requireNonNull(outcome.error()).message())
            .contains("\"" + table + "\"", "no row for 1 seconds", "CREATE TABLE");
      }
    }

    assertNoSession(workspace);
  }

  @Test
  @Timeout(60)
  void viewThatDripsIsBrokenOffInTheEnd() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE VIEW drip AS SELECT n, pg_sleep(0.05)::text AS y FROM generate_series(1, 100000)"
              + " AS n");
    }
    patience(Duration.ofSeconds(5), Duration.ofSeconds(2));

    for (JobOutcome outcome : read(workspace, "drip")) {
      assertThat(code(outcome)).isEqualTo("workspace.loadFailed");
      assertThat(Objects.requireNonNull(outcome.error()).message())
          .contains("longer than 2 seconds");
    }

    assertNoSession(workspace);
  }

  @Test
  @Timeout(60)
  void readThatNobodyGoesOnWithWaitsForNoCode() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    long table = project.newTable("id\n1\n");
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE VIEW other AS SELECT n, CASE WHEN n > 5000 THEN pg_sleep(600)::text ELSE"
              + " repeat('x', 100) END AS y FROM generate_series(1, 100000) AS n");
    }

    JobOutcome refused = project.runWith(workspace, load(workspace, table, false, false, "other"));

    assertThat(code(refused)).isEqualTo("csvImport.columnsNotMatch");
    assertNoSession(workspace);
  }

  @Test
  void functionOfAViewRunsAsTheRoleThatReadsTheWorkspace() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE FUNCTION who() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN session_user || "
              + "''/'' || current_user; END'",
          "CREATE FUNCTION definer() RETURNS text SECURITY DEFINER LANGUAGE plpgsql AS 'BEGIN"
              + " RETURN session_user || ''/'' || current_user; END'",
          "CREATE VIEW runs AS SELECT who() AS w, definer() AS d");
    }

    assertThat(export(workspace, "runs").error()).isNull();

    String reader = workspace.workerRole();
    assertThat(new String(project.objects().get("out/runs0000_part_00"), StandardCharsets.UTF_8))
        .isEqualTo("\"%s/%s\",\"%s/%s\"\n".formatted(reader, reader, reader, workspace.role()));
  }

  @Test
  void typedTableGetsNullForNullAndForWhatTheCallerNames() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE TABLE out (id int, n int, t text)",
          "INSERT INTO out VALUES (1, 7, 'NA'), (2, NULL, ''), (3, 8, NULL)");
    }

    assertThat(typed(workspace, "")).containsExactly("1|7|NA", "2|null|null", "3|8|null");
    assertThat(typed(workspace, null)).containsExactly("1|7|NA", "2|null|", "3|8|null");
    assertThat(typed(workspace, "NA")).containsExactly("1|7|null", "2|null|", "3|8|null");
  }

  private static List<String> typed(WorkspaceNames workspace, @Nullable String nullValue)
      throws SQLException {
    long table = WarehouseFixture.nextId();
    project.run(
        new DefineTable(
            table,
            "in.c-main.t" + table,
            List.of(
                new DefinedColumn("id", new ColumnType(BaseType.INTEGER, null, false, null)),
                new DefinedColumn("n", new ColumnType(BaseType.INTEGER, null, true, null)),
                new DefinedColumn("t", new ColumnType(BaseType.STRING, null, true, null))),
            List.of()));
    CsvFormat csv = ProjectFixture.COMMA;
    LoadTable load =
        new LoadTable(
            table,
            "in.c-main.t" + table,
            false,
            List.of(),
            false,
            new WorkspaceSource(workspace.workspaceId(), "out", List.of()),
            new CsvFormat(
                csv.delimiter(),
                csv.enclosure(),
                csv.escapedBy(),
                csv.columns(),
                csv.header(),
                null,
                nullValue));
    assertThat(project.runWith(workspace, load).error()).isNull();
    return project.rows(table).stream().sorted().toList();
  }

  @Test
  void tableOfAWorkspaceIsLoadedAsAFileIs() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    long table = WarehouseFixture.nextId();
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE TABLE out (id int, \"Text\" text, ok boolean, _timestamp timestamptz DEFAULT"
              + " now())",
          "INSERT INTO out VALUES (1, E'a,\\n\"b\"', true), (2, NULL, NULL), (2, 'later', false)");
    }

    JobOutcome created =
        project.runWith(workspace, load(workspace, table, true, false, "out", "id"));

    assertThat(created.error()).isNull();
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|a,\n\"b\"|true", "2|later|false");
    assertThat(project.catalogue(table).names()).containsExactly("id", "Text", "ok");
    assertThat(Objects.requireNonNull(created.load()).recordsRead()).isEqualTo(3);
    try (Connection user = project.asUser(workspace)) {
      run(user, "CREATE VIEW more AS SELECT 3 AS id, NULL AS \"Text\", 'x' AS ok");
    }
    JobOutcome added = project.runWith(workspace, load(workspace, table, false, true, "more"));
    assertThat(added.error()).isNull();
    assertThat(project.rows(table)).hasSize(3).contains("3||x");
  }

  @Test
  void emptyValuesOfASingleColumnAreRows() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    long table = WarehouseFixture.nextId();
    try (Connection user = project.asUser(workspace)) {
      run(user, "CREATE TABLE one AS SELECT v FROM (VALUES (NULL), (''), ('x'), (NULL)) AS t(v)");
    }

    JobOutcome created = project.runWith(workspace, load(workspace, table, true, false, "one"));

    assertThat(created.error()).isNull();
    assertThat(project.rows(table)).containsExactlyInAnyOrder("", "", "x", "");
  }

  @Test
  void columnsAreMatchedLetterByLetter() throws SQLException {
    WorkspaceNames workspace = project.newWorkspace();
    long table = project.newTable("id,Name\n1,a\n");
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE TABLE lower (id text, name text)",
          "CREATE TABLE wide AS SELECT '2' AS id, 'b' AS \"Name\", 'c' AS other");
    }

    assertThat(code(project.runWith(workspace, load(workspace, table, false, false, "lower"))))
        .isEqualTo("csvImport.columnsNotMatch");
    assertThat(code(project.runWith(workspace, load(workspace, table, false, false, "none"))))
        .isEqualTo("workspace.tableNotFound");
    LoadTable chosen = load(workspace, table, false, false, "wide", List.of("Name", "id"));
    assertThat(project.runWith(workspace, chosen).error()).isNull();
    assertThat(project.rows(table)).containsExactly("2|b");
    assertThat(
            code(
                project.runWith(
                    workspace, load(workspace, table, false, false, "wide", List.of("nope")))))
        .isEqualTo("workspace.columnsNotMatch");
  }

  private static String code(JobOutcome outcome) {
    return Objects.requireNonNull(outcome.error()).code();
  }

  private static LoadTable load(
      WorkspaceNames workspace,
      long table,
      boolean create,
      boolean incremental,
      String from,
      String... key) {
    return load(workspace, table, create, incremental, from, List.of(), key);
  }

  private static LoadTable load(
      WorkspaceNames workspace,
      long table,
      boolean create,
      boolean incremental,
      String from,
      List<String> columns,
      String... key) {
    return new LoadTable(
        table,
        "in.c-main.t" + table,
        create,
        List.of(key),
        incremental,
        new WorkspaceSource(workspace.workspaceId(), from, columns),
        ProjectFixture.COMMA);
  }

  @Test
  void workspaceThatWasDroppedIsSaidSo() {
    WorkspaceNames workspace = project.newWorkspace();
    project.provision(
        project.message(
            WarehouseFixture.nextId(), new WorkspaceChange.Drop(workspace.workspaceId()), ""));

    assertThat(Objects.requireNonNull(export(workspace, "t").error()).code())
        .isEqualTo("workspace.workspaceNotFound");
  }

  private static JobOutcome export(WorkspaceNames workspace, String table) {
    return project.runWith(
        workspace,
        new ExportWorkspaceTable(
            workspace.workspaceId(), table, false, ProjectFixture.BUCKET, "out/" + table));
  }
}
