package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.BaseType;
import io.penstock.model.job.ColumnType;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.DefinedColumn;
import io.penstock.model.job.JobTask.RestoreTable;
import io.penstock.warehouse.CatalogueRow;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table gets rows, columns and key of another time. */
class RestoreIT {
  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static WarehouseFixture warehouse;

  @SuppressWarnings("NullAway.Init")
  private ProjectFixture project;

  @BeforeAll
  static void start() {
    warehouse = WarehouseFixture.start(directory);
  }

  @AfterAll
  static void stop() {
    warehouse.close();
  }

  @BeforeEach
  void newProject() {
    project = warehouse.newProject();
  }

  @Test
  void tableLosesWhatItGotSinceAndHasItsKeyAgain() throws SQLException {
    long table = project.newTable("id,name,later\n1,x,y\n2,z,w\n");
    CatalogueRow before = project.catalogue(table);

    JobOutcome restored =
        project.run(
            restore(table, false, List.of("name", "id"), "id", "\"a\",\"1\"\n\"b\",\"2\"\n"));

    CatalogueRow after = project.catalogue(table);
    assertThat(restored.status()).isEqualTo(Status.SUCCESS);
    assertThat(after.names()).containsExactly("name", "id");
    assertThat(after.primaryKey()).containsExactly("id");
    assertThat(after.rows()).isEqualTo(2);
    assertThat(after.sequence()).isEqualTo(before.sequence() + 1);
    assertThat(project.rows(table)).containsExactlyInAnyOrder("a|1", "b|2");
    assertThat(after.columns())
        .as("physical names are not used again")
        .noneMatch(
            column ->
                before.columns().stream()
                    .anyMatch(old -> old.physical().equals(column.physical())));
  }

  @Test
  void newTableIsMadeOfIt() throws SQLException {
    long table = WarehouseFixture.nextId();

    JobOutcome restored =
        project.run(restore(table, true, List.of("id", "name"), "id", "\"1\",\"a\"\n"));

    assertThat(restored.tables()).containsExactly(project.catalogue(table).state());
    assertThat(project.rows(table)).containsExactly("1|a");
  }

  @Test
  void typedRowsComeBackWithTheirNullsAndEmptyTextsApart() throws SQLException {
    long table = WarehouseFixture.nextId();
    ColumnType text = new ColumnType(BaseType.STRING, null, true, null);
    List<DefinedColumn> columns =
        List.of(
            new DefinedColumn("id", new ColumnType(BaseType.INTEGER, null, false, null)),
            new DefinedColumn("note", text),
            new DefinedColumn("name", text.notNull()));
    String exported = "\"1\",,\"\"\n\"2\",\"\",\"b\r\nc\"\n";
    CsvFormat format = CsvFormat.ofExport(List.of("id", "note", "name"));

    JobOutcome restored =
        project.run(
            new RestoreTable(
                project.loadSlices(table, true, false, true, List.of(exported), format, "id"),
                columns));

    assertThat(restored.error()).isNull();
    assertThat(project.rows(table)).containsExactly("1|null|", "2||b\r\nc");
    assertThat(project.catalogue(table).types())
        .isEqualTo(columns.stream().map(DefinedColumn::type).toList());
  }

  @Test
  void emptyTableComesBackEmpty() throws SQLException {
    long table = project.newTable("id\n1\n", "id");

    project.run(restore(table, false, List.of("id", "name"), "id", ""));

    assertThat(project.catalogue(table).names()).containsExactly("id", "name");
    assertThat(project.rows(table)).isEmpty();
  }

  @Test
  void secondDeliveryDoesItOnce() throws SQLException {
    long table = project.newTable("id\n1\n", "id");
    JobMessage message =
        project.message(
            WarehouseFixture.nextId(), restore(table, false, List.of("id"), "id", "\"5\"\n"));
    JobOutcome first = project.run(message);
    CatalogueRow after = project.catalogue(table);

    JobOutcome second = project.run(message);

    assertThat(second.tables()).isEqualTo(first.tables());
    assertThat(project.catalogue(table)).isEqualTo(after);
  }

  private RestoreTable restore(
      long table, boolean create, List<String> columns, String key, String slice) {
    CsvFormat format = CsvFormat.ofExport(columns);
    return new RestoreTable(
        project.loadSlices(table, create, false, true, Stream.of(slice).toList(), format, key),
        columns.stream().map(name -> new DefinedColumn(name, null)).toList());
  }
}
