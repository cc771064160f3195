package io.penstock.importer.workspace;

import static io.penstock.importer.workspace.Sessions.rows;
import static io.penstock.importer.workspace.Sessions.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask.DefineTable;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.job.JobTask.LoadWorkspace;
import io.penstock.model.job.WorkspaceInput;
import io.penstock.model.job.WorkspaceInput.Column;
import io.penstock.model.job.WorkspaceNames;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies of tables in workspaces. */
class WorkspaceLoadIT {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static WarehouseFixture warehouse;

  @SuppressWarnings("NullAway.Init")
  private static ProjectFixture project;

  @SuppressWarnings("NullAway.Init")
  private WorkspaceNames workspace;

  @BeforeAll
  static void start() {
    warehouse = WarehouseFixture.start(directory);
    project = warehouse.newProject();
  }

  @AfterAll
  static void stop() {
    warehouse.close();
  }

  @BeforeEach
  void newWorkspace() {
    workspace = project.newWorkspace();
  }

  @Test
  void tableComesWithItsTimeAndBelongsToTheUser() throws SQLException {
    long table = project.newTable("id,Náme\n1,a\n2,\n");

    JobOutcome loaded = load(false, input(table, "users"));

    assertThat(loaded.error()).isNull();
    try (Connection user = project.asUser(workspace)) {
      assertThat(rows(user, "SELECT id, \"Name\" FROM users ORDER BY id"))
          .containsExactly("1|a", "2|");
      assertThat(
              rows(
                  user,
                  "SELECT DISTINCT _timestamp = '%s' FROM users"
                      .formatted(project.catalogue(table).lastImport())))
          .containsExactly("t");
      assertThat(types(user, "users"))
          .containsExactly(
              "id character varying",
              "Name character varying",
              "_timestamp timestamp with time zone");
      run(user, "ALTER TABLE users ADD COLUMN more int", "DROP TABLE users");
    }
  }

  @Test
  void columnsAreChosenRenamedAndTyped() throws SQLException {
    long table = project.newTable("id,amount,note\n1,2.50,x\n2,,y\n3,7,\n");
    WorkspaceInput input =
        new WorkspaceInput(
            table,
            "in.c-main.t",
            new TableQuery(
                List.of(),
                List.of(new Filter("id", Operator.NE, List.of("3"), null)),
                List.of(),
                null,
                null,
                null,
                false),
            "Odd \"name\"; --?",
            List.of(
                new Column("amount", "how much?", "NUMBER", "10,1", true, true),
                new Column("id", "id", "integer", null, false, false),
                new Column("id", "again", "VARCHAR", "5", true, false)),
            false,
            false,
            false,
            List.of("id"),
            null);

    assertThat(load(false, input).error()).isNull();

    try (Connection user = project.asUser(workspace)) {
      assertThat(rows(user, "SELECT * FROM \"Odd \"\"name\"\"; --?\" ORDER BY id"))
          .containsExactly("2.5|1|1", "null|2|2");
      assertThat(types(user, "Odd \"name\"; --?"))
          .containsExactly("how much? numeric(10,1)", "id integer", "again character varying(5)");
    }
  }

  @Test
  void withoutPreserveEverythingElseGoes() throws SQLException {
    long table = project.newTable("id\n1\n");
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE TABLE \"Old\" (id serial PRIMARY KEY, other int REFERENCES \"Old\")",
          "CREATE VIEW v AS SELECT * FROM \"Old\"",
          "CREATE MATERIALIZED VIEW m AS SELECT * FROM v",
          "CREATE TYPE pair AS (a int, b text)",
          "CREATE TYPE colour AS ENUM ('red')",
          "CREATE DOMAIN small AS int CHECK (value < 9)",
          "CREATE FUNCTION f(pair, colour[]) RETURNS small LANGUAGE sql AS 'SELECT 1'",
          "CREATE FUNCTION add(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "CREATE OPERATOR |+| (LEFTARG = int, RIGHTARG = int, FUNCTION = add)",
          "CREATE PROCEDURE p(x int) LANGUAGE sql AS 'SELECT 1'",
          "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "CREATE PROCEDURE twice(OUT x int) LANGUAGE sql AS 'SELECT 1'",
          "CREATE AGGREGATE total(int) (SFUNC = add, STYPE = int)",
          "CREATE FUNCTION next(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1'",
          "CREATE AGGREGATE counted(*) (SFUNC = next, STYPE = int)",
          "CREATE SEQUENCE q",
          "CREATE TYPE span AS RANGE (subtype = int)",
          "CREATE TABLE numbered (id int NOT NULL)",
          "ALTER TABLE numbered ALTER id ADD GENERATED ALWAYS AS IDENTITY",
          "CREATE STATISTICS st ON id, other FROM \"Old\"",
          "CREATE COLLATION c FROM \"C\"",
          "CREATE TEXT SEARCH CONFIGURATION ts (COPY = pg_catalog.simple)",
          "CREATE TABLE parts (id int) PARTITION BY LIST (id)",
          "CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1)");
    }

    assertThat(load(false, input(table, "t")).error()).isNull();

    try (Connection user = project.asUser(workspace)) {
      assertThat(
              rows(
                  user,
                  """
                  SELECT DISTINCT o.type, o.identity FROM pg_depend d, pg_identify_object(d.classid, d.objid, 0) o
                  WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = '%s'::regnamespace\
                  """
                      .formatted(workspace.schema())))
          .containsExactlyInAnyOrder("table|%s.t".formatted(workspace.schema()));
    }
  }

  @Test
  void destinationThatIsThereNeedsOverwrite() throws SQLException {
    long table = project.newTable("id\n1\n");
    load(false, input(table, "a"), input(table, "b"));
    try (Connection user = project.asUser(workspace)) {
      run(user, "CREATE VIEW c AS SELECT 1 AS id");
    }

    JobOutcome refused = load(true, input(table, "d"), input(table, "a"));
    assertThat(code(refused)).isEqualTo("workspace.duplicateTable");
    assertThat(load(true, overwriting(table, "a"), overwriting(table, "c")).error()).isNull();

    try (Connection user = project.asUser(workspace)) {
      assertThat(
              rows(
                  user,
                  "SELECT relname FROM pg_class WHERE relnamespace = '%s'::regnamespace ORDER BY 1"
                      .formatted(workspace.schema())))
          .as("all inputs of a job or none")
          .containsExactly("a", "b", "c");
      run(user, "CREATE VIEW above AS SELECT * FROM a");
      assertThat(code(load(true, overwriting(table, "a")))).isEqualTo("workspace.tableInUse");
      user.setAutoCommit(false);
      run(user, "LOCK TABLE b");
      assertThat(code(load(true, overwriting(table, "b")))).isEqualTo("workspace.tableInUse");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE SEQUENCE d",
        "CREATE MATERIALIZED VIEW d AS SELECT 1 AS id",
        "CREATE TYPE d AS (id int)",
        "CREATE TABLE x (id int); CREATE INDEX d ON x (id)",
        "CREATE VIEW d AS SELECT 1 AS id",
        "CREATE VIEW d AS SELECT 1 AS id FROM pg_catalog.pg_class",
        "CREATE TABLE d (id int) PARTITION BY LIST (id)"
      })
  void nothingIsAddedToWhatIsNoTable(String definition) throws SQLException {
    long table = project.newTable("id\n1\n");
    try (Connection user = project.asUser(workspace)) {
      run(user, definition);
    }

    JobOutcome refused = load(true, incremental(table, "d"));

    assertThat(code(refused)).isEqualTo("workspace.loadFailed");
    assertThat(Objects.requireNonNull(refused.error()).message()).contains("plain tables only");
  }

  @Test
  void incrementalLoadAddsOrChangesRows() throws SQLException {
    long first = project.newTable("id,v\n1,a\n2,b\n");
    long second = project.newTable("id,v\n2,B\n3,c\n");
    load(false, incremental(first, "plain"), keyed(first, "keyed"));

    assertThat(load(true, incremental(second, "plain"), incremental(second, "keyed")).error())
        .isNull();

    try (Connection user = project.asUser(workspace)) {
      assertThat(rows(user, "SELECT id, v FROM plain ORDER BY id, v"))
          .containsExactly("1|a", "2|B", "2|b", "3|c");
      assertThat(rows(user, "SELECT id, v FROM keyed ORDER BY id"))
          .containsExactly("1|a", "2|B", "3|c");
    }
    long other = project.newTable("id,w\n1,a\n");
    assertThat(code(load(true, incremental(other, "plain"))))
        .isEqualTo("workspace.columnsNotMatch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION evil()",
        "CREATE RULE x AS ON INSERT TO t DO ALSO SELECT run()",
        "ALTER TABLE t ADD CHECK (run() = 1)",
        "CREATE INDEX x ON t (run())",
        "CREATE INDEX x ON t (id) WHERE run() = 1",
        "CREATE DOMAIN d AS text CHECK (run() = 1); ALTER TABLE t ALTER id TYPE d",
        "CREATE TABLE u (id varchar PRIMARY KEY); INSERT INTO u VALUES ('1'); ALTER TABLE t ADD"
            + " FOREIGN KEY (id) REFERENCES u",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY x ON t WITH CHECK (run() = 1)",
        "ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (run()) STORED",
        "ALTER TABLE t RENAME TO real; CREATE VIEW t AS SELECT * FROM real",
        "ALTER TABLE t RENAME TO real; CREATE TABLE t (LIKE real) PARTITION BY LIST (id)",
      })
  void noCodeOfAUserRunsAsTheWriter(String trap) throws SQLException {
    long table = project.newTable("id\n1\n");
    load(false, input(table, "t"));
    try (Connection user = project.asUser(workspace)) {
      run(
          user,
          "CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM"
              + " _penstock.catalogue; RETURN NEW; END'",
          "CREATE FUNCTION run() RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
          trap);
    }

    JobOutcome outcome = load(true, incremental(table, "t"));

    assertThat(code(outcome)).isEqualTo("workspace.loadFailed");
    assertThat(project.catalogue(table).rows()).isEqualTo(1);
  }

  @Test
  void whatDoesNotFitIsRefusedByItsColumn() throws SQLException {
    long table = project.newTable("id,n\n1,12\n2,x\n3,\n");
    JobOutcome outcome =
        load(false, typed(table, new Column("n", "n", "INTEGER", null, true, false)));
    assertThat(code(outcome)).isEqualTo("workspace.loadFailed");
    assertThat(Objects.requireNonNull(outcome.error()).message())
        .contains("2 in the column \"n\" are no integer");

    assertThat(code(load(false, typed(table, new Column("nope", "n", null, null, true, false)))))
        .isEqualTo("storage.tables.nonExistingColumns");
    assertThat(
            code(
                load(
                    false, typed(table, new Column("n", "é".repeat(32), null, null, true, false)))))
        .isEqualTo("workspace.loadFailed");
    assertThat(code(load(false, typed(table, new Column("n", "n", null, null, false, true)))))
        .isEqualTo("workspace.loadFailed");
    assertThat(code(load(false, input(table, "t"), input(table, "t"))))
        .isEqualTo("workspace.duplicateTable");
    assertThat(code(load(false, input(WarehouseFixture.nextId(), "t"))))
        .isEqualTo("workspace.sourceNotFound");
  }

  @Test
  void typedColumnsKeepTheirTypes() throws SQLException {
    long table = WarehouseFixture.nextId();
    project.run(
        new DefineTable(
            table,
            "in.c-main.typed",
            List.of(
                new DefinedColumn("id", new ColumnType(BaseType.INTEGER, null, false, null)),
                new DefinedColumn("price", new ColumnType(BaseType.NUMERIC, "10,2", true, null))),
            List.of("id")));
    project.run(project.load(table, false, false, "id,price\n1,2.5\n2,\n"));

    assertThat(load(false, input(table, "t")).error()).isNull();

    try (Connection user = project.asUser(workspace)) {
      assertThat(rows(user, "SELECT id, price FROM t ORDER BY id"))
          .containsExactly("1|2.50", "2|null");
      assertThat(types(user, "t"))
          .containsExactly(
              "id bigint", "price numeric(10,2)", "_timestamp timestamp with time zone");
    }
  }

  @Test
  void linkedTableComesFromItsOwnDatabase() throws SQLException {
    ProjectFixture lender = warehouse.newProject();
    long table = lender.newTable("id,v\n1,\"a\tb\n\\\"\n2,\n3,c\n");
    long mine = project.newTable("id,v\n9,z\n");
    LoadWorkspace task =
        new LoadWorkspace(
            workspace.workspaceId(),
            false,
            List.of(linked(table, "theirs", lender), input(mine, "mine")));

    JobOutcome loaded = project.run(project.reading(lender, WarehouseFixture.nextId(), task));

    assertThat(loaded.error()).isNull();
    try (Connection user = project.asUser(workspace)) {
      assertThat(rows(user, "SELECT id, v FROM theirs ORDER BY id"))
          .containsExactly("1|a\tb\n\\", "3|c");
      assertThat(rows(user, "SELECT id FROM mine")).containsExactly("9");
    }
    try (Connection writer = project.asWriter()) {
      assertThat(
              rows(
                  writer,
                  "SELECT relname FROM pg_class WHERE relnamespace = '_penstock'::regnamespace AND"
                      + " relname LIKE 'w%'"))
          .isEmpty();
    }
    assertThat(lender.rows(table)).hasSize(3);
  }

  private static WorkspaceInput linked(long table, String destination, ProjectFixture lender) {
    return new WorkspaceInput(
        table,
        "in.c-linked.t",
        new TableQuery(
            List.of(),
            List.of(new Filter("id", Operator.NE, List.of("2"), null)),
            List.of(),
            null,
            null,
            null,
            false),
        destination,
        List.of(),
        false,
        false,
        true,
        List.of("id"),
        Long.valueOf(lender.database()));
  }

  @Test
  void secondDeliveryLoadsNothingAgain() throws SQLException {
    long table = project.newTable("id\n1\n");
    load(false, input(table, "t"));
    JobMessage message =
        project.message(
            WarehouseFixture.nextId(),
            new LoadWorkspace(workspace.workspaceId(), true, List.of(incremental(table, "t"))));

    JobOutcome first = project.run(message);
    JobOutcome second = project.run(message);

    assertThat(second).isEqualTo(first);
    try (Connection user = project.asUser(workspace)) {
      assertThat(rows(user, "SELECT count(*) FROM t")).containsExactly("2");
    }
  }

  /** Each lock is freed before its own wait is over. */
  @Test
  @Timeout(60)
  void locksAreWaitedForTogetherAndNotOneAfterTheOther() throws Exception {
    long table = project.newTable("id\n1\n");
    List<Connection> holders = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        Connection user = project.asUser(workspace);
        holders.add(user);
        run(user, "CREATE TABLE h%d (id int)".formatted(i));
        user.setAutoCommit(false);
        run(user, "LOCK TABLE h%d".formatted(i));
      }
      WorkspaceInput[] inputs = new WorkspaceInput[holders.size()];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = overwriting(table, "h" + i);
      }
      Thread freeing =
          Thread.startVirtualThread(
              () -> {
                try {
                  for (Connection holder : holders) {
                    Thread.sleep(200);
                    holder.rollback();
                  }
                } catch (InterruptedException | SQLException e) {
                  throw new IllegalStateException(e);
                }
              });

      JobOutcome outcome = load(true, inputs);

      assertThat(code(outcome)).isEqualTo("workspace.tableInUse");
      freeing.join();
    } finally {
      for (Connection holder : holders) {
        holder.close();
      }
    }
  }

  @Test
  void fileBecomesATableOfTheWorkspace() throws SQLException {
    long table = project.newTable("id\n7\n");
    FileSource one =
        file(project.load(0, true, false, "id,First Name\n1,\"a,\n\"\"b\"\"\"\r\n2,\n"));
    FileSource slices =
        file(
            project.loadSlices(
                0, true, false, true, List.of("id,n\n1,10\n", "2,\n"), ProjectFixture.COMMA));

    JobOutcome outcome =
        load(
            false,
            ofFile(one, "one", List.of(), false),
            input(table, "t"),
            ofFile(
                slices,
                "two",
                List.of(
                    new Column("n", "number", "INTEGER", null, true, true),
                    new Column("id", "id", null, null, true, false)),
                false));

    assertThat(outcome.error()).isNull();
    try (Connection user = project.asUser(workspace)) {
      assertThat(rows(user, "SELECT id, \"First_Name\" FROM one ORDER BY id"))
          .containsExactly("1|a,\n\"b\"", "2|");
      assertThat(rows(user, "SELECT count(*) FROM one WHERE _timestamp <= now()"))
          .containsExactly("2");
      assertThat(rows(user, "SELECT number, id FROM two ORDER BY id"))
          .containsExactly("10|1", "null|2");
      assertThat(rows(user, "SELECT id FROM t")).containsExactly("7");
    }
    assertThat(load(true, ofFile(one, "one", List.of(), true)).error()).isNull();
    try (Connection user = project.asUser(workspace)) {
      assertThat(rows(user, "SELECT count(*) FROM one")).containsExactly("4");
    }
    assertThat(project.relations(0)).as("nothing is left of the way").isEmpty();
  }

  @Test
  void fileThatCannotBeLoadedLeavesTheWorkspaceAsItWas() throws SQLException {
    long table = project.newTable("id\n7\n");
    load(false, input(table, "t"));
    FileSource broken = file(project.load(0, true, false, "id,n\n1\n"));
    FileSource good = file(project.load(0, true, false, "id\n1\n"));
    FileSource none = new FileSource(9, "gone.csv", ProjectFixture.BUCKET, "gone", false, false);

    assertThat(code(load(false, ofFile(broken, "b", List.of(), false)))).isEqualTo("invalidCsv");
    assertThat(code(load(false, ofFile(none, "b", List.of(), false))))
        .isEqualTo("storage.fileNotUploaded");
    assertThat(
            code(
                load(
                    false,
                    ofFile(
                        good,
                        "b",
                        List.of(new Column("nope", "nope", null, null, true, false)),
                        false))))
        .isEqualTo("storage.tables.nonExistingColumns");

    try (Connection user = project.asUser(workspace)) {
      assertThat(rows(user, "SELECT id FROM t")).containsExactly("7");
    }
    assertThat(project.relations(0)).isEmpty();
  }

  private static FileSource file(LoadTable load) {
    return (FileSource) load.source();
  }

  private static WorkspaceInput ofFile(
      FileSource file, String destination, List<Column> columns, boolean incremental) {
    return new WorkspaceInput(
        0,
        "file 7",
        TableQuery.everything(),
        destination,
        columns,
        incremental,
        false,
        true,
        List.of(),
        null,
        file);
  }

  @Test
  void workspaceThatIsGoneIsSaidSo() {
    JobOutcome outcome =
        project.run(new LoadWorkspace(WarehouseFixture.nextId(), false, List.of()));

    assertThat(code(outcome)).isEqualTo("workspace.workspaceNotFound");
  }

  private JobOutcome load(boolean preserve, WorkspaceInput... inputs) {
    return project.run(new LoadWorkspace(workspace.workspaceId(), preserve, List.of(inputs)));
  }

  private static String code(JobOutcome outcome) {
    assertThat(outcome.status()).isEqualTo(Status.ERROR);
    return Objects.requireNonNull(outcome.error()).code();
  }

  private static WorkspaceInput input(long table, String destination) {
    return input(table, destination, List.of(), false, false, true, List.of());
  }

  private static WorkspaceInput overwriting(long table, String destination) {
    return input(table, destination, List.of(), false, true, true, List.of());
  }

  private static WorkspaceInput incremental(long table, String destination) {
    return input(table, destination, List.of(), true, false, true, List.of());
  }

  private static WorkspaceInput keyed(long table, String destination) {
    return input(table, destination, List.of(), false, false, true, List.of("id"));
  }

  private static WorkspaceInput typed(long table, Column column) {
    return input(table, "typed", List.of(column), false, false, true, List.of());
  }

  private static WorkspaceInput input(
      long table,
      String destination,
      List<Column> columns,
      boolean incremental,
      boolean overwrite,
      boolean timestamp,
      List<String> key) {
    return new WorkspaceInput(
        table,
        "in.c-main.t" + table,
        TableQuery.everything(),
        destination,
        columns,
        incremental,
        overwrite,
        timestamp,
        key,
        null);
  }

  private static List<String> types(Connection user, String table) throws SQLException {
    return rows(
            user,
            """
            SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
            WHERE attrelid = to_regclass('%s') AND attnum > 0 ORDER BY attnum\
            """
                .formatted('"' + table.replace("\"", "\"\"") + '"'))
        .stream()
        .map(line -> line.replaceFirst("\\|", " "))
        .toList();
  }
}
