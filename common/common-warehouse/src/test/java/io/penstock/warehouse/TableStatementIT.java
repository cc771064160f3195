package io.penstock.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.embedded.postgres.EmbeddedPostgresServer;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.DataType;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.PGConnection;

class TableStatementIT {
  private static final String[] PIECES = {
    "'", "''", "\\", "\\'", "\"", "$$", "?", "%", ";", "--", "/*", "\n", "\r", "\t", "a", "ž", "🚚",
    "\u0001", "E'", "::", "{", "\u2019", " "
  };

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static EmbeddedPostgresServer server;

  @SuppressWarnings("NullAway.Init")
  private static Connection connection;

  @BeforeAll
  static void start() throws SQLException {
    server = EmbeddedPostgresServer.temporary(directory);
    connection = server.connect("postgres", server.superuser());
    run(
        "CREATE DATABASE project TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin"
            + " BUILTIN_LOCALE 'C.UTF-8'");
    connection.close();
    connection = server.connect("project", server.superuser());
    run(
        "CREATE SCHEMA _penstock",
        """
        CREATE TABLE _penstock.catalogue (
          table_id bigint PRIMARY KEY, generation bigint NOT NULL, columns jsonb NOT NULL,
          primary_key jsonb NOT NULL, row_count bigint NOT NULL, size_bytes bigint NOT NULL,
          last_import timestamptz, last_change timestamptz NOT NULL, sequence bigint NOT NULL,
          next_column integer NOT NULL)\
        """,
        RetiredGenerations.CREATE,
        RetiredGenerations.CREATE_INDEX,
        "CREATE TABLE _penstock.t5_17 (c1 text NOT NULL, c2 text NOT NULL, _timestamp timestamptz"
            + " NOT NULL)",
        """
        INSERT INTO _penstock.t5_17 VALUES
          ('1', 'x', '2030-01-01T00:00:00.000001Z'), ('10', '', '2030-01-02T00:00:00Z'),
          ('9', 'y', '2030-01-03T00:00:00Z'), ('abc', 'z', '2030-01-04T00:00:00Z'),
          ('', 'x', '2030-01-05T00:00:00Z'), ('1.5', 'x', '2030-01-06T00:00:00Z')\
        """);
  }

  @AfterAll
  static void stop() throws SQLException {
    connection.close();
    server.close();
  }

  static Stream<Arguments> filters() {
    return Stream.of(
        Arguments.of(Operator.EQ, null, List.of("1", "abc"), List.of("1", "abc")),
        Arguments.of(Operator.EQ, null, List.of(""), List.of("")),
        Arguments.of(Operator.NE, null, List.of("1", "abc", "9"), List.of("", "1.5", "10")),
        Arguments.of(Operator.GT, null, List.of("1.5"), List.of("10", "9", "abc")),
        Arguments.of(Operator.GT, DataType.INTEGER, List.of("1.2"), List.of("10", "9")),
        Arguments.of(Operator.GE, DataType.DECIMAL, List.of("1.5"), List.of("1.5", "10", "9")),
        Arguments.of(Operator.LT, DataType.DOUBLE, List.of("9"), List.of("1", "1.5")),
        Arguments.of(Operator.LE, DataType.REAL, List.of("1.5"), List.of("1", "1.5")),
        Arguments.of(Operator.EQ, DataType.BIGINT, List.of("1.0", "9"), List.of("1", "9")),
        Arguments.of(Operator.NE, DataType.BIGINT, List.of("1"), List.of("10", "9")));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void filtersSelectTheSameBoundAndAsLiterals(
      Operator operator, @Nullable DataType type, List<String> values, List<String> expected)
      throws Exception {
    var statement =
        TableStatement.of(
            TableStatementTest.TABLE, TableStatementTest.filtered(operator, type, values));

    assertThat(bound(statement)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(copied(statement)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void typedValuesAreReadAsStableText() throws Exception {
    CatalogueRow table = typedTable();

    List<String> rows = rowsOf(TableStatement.of(table, TableQuery.everything()));

    assertThat(rows)
        .containsExactly(
            "true|2030-01-02|0.1|7|1.500000000|a|2030-01-02 10:00:00.5",
            "false|0001-01-01|1e+21|-7|10.000000000||2030-01-02 10:00:00",
            "null|null|null|10|null|null|null");
  }

  static Stream<Arguments> typedFilters() {
    return Stream.of(
        typedFilter("flag", Operator.EQ, null, List.of("true"), "7"),
        typedFilter("flag", Operator.NE, null, List.of("true"), "-7", "10"),
        typedFilter("flag", Operator.EQ, null, List.of("", "false"), "-7", "10"),
        typedFilter("text", Operator.EQ, null, List.of(""), "-7", "10"),
        typedFilter("day", Operator.GE, null, List.of("2030-01-01"), "7"),
        typedFilter("amount", Operator.GT, null, List.of("10.0"), "7"),
        typedFilter("amount", Operator.GT, DataType.BIGINT, List.of("7"), "10"),
        typedFilter("price", Operator.EQ, DataType.DECIMAL, List.of("1.5"), "7"),
        typedFilter("at", Operator.LT, null, List.of("2030-01-02 10:00:00.5"), "-7"));
  }

  @ParameterizedTest
  @MethodSource("typedFilters")
  void filtersOfTypedColumnsCompareTheirText(Filter filter, List<String> expected)
      throws Exception {
    var query =
        new TableQuery(List.of("amount"), List.of(filter), List.of(), null, null, null, false);
    var statement = TableStatement.of(typedTable(), query);

    assertThat(bound(statement)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(copied(statement)).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void typedColumnIsSortedAsItsTypeIs() throws Exception {
    var query =
        new TableQuery(
            List.of("amount"),
            List.of(),
            List.of(new TableQuery.Order("amount", true, null)),
            null,
            null,
            null,
            false);

    assertThat(bound(TableStatement.of(typedTable(), query))).containsExactly("10", "7", "-7");
  }

  private static Arguments typedFilter(
      String column,
      Operator operator,
      @Nullable DataType type,
      List<String> values,
      String... amounts) {
    return Arguments.of(new Filter(column, operator, values, type), List.of(amounts));
  }

  private static CatalogueRow typedTable() throws SQLException {
    List<CatalogueColumn> columns = new ArrayList<>();
    String[] names = {"flag", "day", "ratio", "amount", "price", "text", "at"};
    for (BaseType base : BaseType.values()) {
      int i = columns.size();
      columns.add(
          new CatalogueColumn(names[i], "c" + (i + 1), new ColumnType(base, null, true, null)));
    }
    var table = new CatalogueRow(6, 18, columns, List.of(), 3, 0, null, 1, 8);
    String definitions = String.join(", ", columns.stream().map(ColumnSql::definition).toList());
    run(
        "DROP TABLE IF EXISTS " + table.table(),
        "CREATE TABLE %s (%s)".formatted(table.table(), definitions),
        """
        INSERT INTO %s VALUES
          ('yes', '2030-01-02', 0.1, 7, 1.5, 'a', '2030-01-02T10:00:00.500'),
          ('0', '0001-01-01', 1e21, -7, 10, '', '2030-01-02 10:00'),
          (NULL, NULL, NULL, 10, NULL, NULL, NULL)\
        """
            .formatted(table.table()));
    return table;
  }

  private static List<String> rowsOf(TableStatement statement) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (PreparedStatement prepared = statement.prepare(connection);
        ResultSet found = prepared.executeQuery()) {
      while (found.next()) {
        List<String> cells = new ArrayList<>();
        for (int i = 1; i <= statement.columns().size(); i++) {
          cells.add(String.valueOf(found.getString(i)));
        }
        rows.add(String.join("|", cells));
      }
    }
    return rows;
  }

  @Test
  void orderLimitAndTimesAreKept() throws Exception {
    var statement =
        TableStatement.of(
            TableStatementTest.TABLE,
            new TableQuery(
                List.of("id"),
                List.of(),
                List.of(new TableQuery.Order("id", true, DataType.DECIMAL)),
                Instant.parse("2030-01-01T00:00:00.000001Z"),
                Instant.parse("2030-01-06T00:00:00Z"),
                4L,
                false));

    assertThat(bound(statement)).containsExactly("10", "9", "1", "abc");
    assertThat(copied(statement)).startsWith("10", "9", "1");
  }

  @Test
  void timestampIsIsoInUtc() throws SQLException {
    var query =
        new TableQuery(
            List.of("id"),
            List.of(new Filter("id", Operator.EQ, List.of("1"), null)),
            List.of(),
            null,
            null,
            null,
            true);
    try (PreparedStatement statement =
            TableStatement.of(TableStatementTest.TABLE, query).prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      assertThat(rows.getString(2)).isEqualTo("2030-01-01T00:00:00.000001Z");
    }
  }

  @Test
  void noTextBreaksOutOfItsLiteral() throws SQLException {
    SplittableRandom random = new SplittableRandom(11);
    try (Statement statement = connection.createStatement()) {
      for (int i = 0; i < 3000; i++) {
        StringBuilder text = new StringBuilder();
        for (int p = random.nextInt(9); p >= 0; p--) {
          text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        statement.setEscapeProcessing(false);
        try (ResultSet rows =
            statement.executeQuery("SELECT " + Literals.quote(text.toString()) + ", 'end'")) {
          rows.next();
          assertThat(rows.getString(1)).isEqualTo(text.toString());
          assertThat(rows.getString(2)).isEqualTo("end");
        }
      }
    }
  }

  @Test
  void noNameBreaksOutOfItsQuotes() throws SQLException {
    for (String name : List.of("a\"b", "\"", "a; DROP TABLE x", "Ž", "select", "a.b")) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT 1 AS " + Identifiers.quote(name))) {
        assertThat(rows.getMetaData().getColumnLabel(1)).isEqualTo(name);
      }
    }
  }

  @Test
  void generationThatHasGoneIsLookedUpOnceMore() throws SQLException {
    Instant now = Instant.now().minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.MICROS);
    Catalogue.save(connection, row(17), now);
    List<Long> seen = new ArrayList<>();

    String found =
        CurrentGeneration.read(
            connection,
            5,
            row -> {
              seen.add(row.generation());
              if (seen.size() == 1) { // a load publishes and the sweeper drops, just now
                run("ALTER TABLE _penstock.t5_17 RENAME TO t5_18");
                Catalogue.save(connection, row(18), now);
              }
              try (Statement statement = connection.createStatement();
                  ResultSet rows = statement.executeQuery("SELECT min(c1) FROM " + row.table())) {
                rows.next();
                return rows.getString(1);
              }
            });

    assertThat(found).isEmpty();
    assertThat(seen).containsExactly(17L, 18L);
    assertThat(Catalogue.find(connection, 5).orElseThrow().sequence()).isEqualTo(2);
    assertThat(RetiredGenerations.ofTable(connection, 5, Duration.ofDays(1)))
        .containsExactly(new RetiredGeneration(5, 17, 18, 2, 6, now, null, false));
    run("ALTER TABLE _penstock.t5_18 RENAME TO t5_17");
  }

  private static CatalogueRow row(long generation) {
    CatalogueRow row = TableStatementTest.TABLE;
    return new CatalogueRow(
        5, generation, row.columns(), row.primaryKey(), 6, 0, null, 0, row.nextColumn());
  }

  private static List<String> bound(TableStatement select) throws SQLException {
    List<String> found = new ArrayList<>();
    try (PreparedStatement statement = select.prepare(connection);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private static List<String> copied(TableStatement select) throws SQLException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyOut("COPY (" + select.copyText() + ") TO STDOUT", out);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static void run(String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
