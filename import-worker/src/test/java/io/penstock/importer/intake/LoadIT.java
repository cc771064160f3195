package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.LoadReceipt;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.table.TableQuery;
import io.penstock.warehouse.CatalogueRow;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LoadIT extends ProjectTest {
  @Test
  void tableIsCreatedFromAFile() throws SQLException {
    long table = WarehouseFixture.nextId();
    String csv = "\ufeffid,Čeština name,ctid\n1,\"a, \"\"b\"\"\nc\",\n2,,\\.\n";

    JobOutcome outcome = project.run(project.load(table, true, false, csv, "id"));

    assertThat(outcome.status()).isEqualTo(Status.SUCCESS);
    assertThat(outcome.tables().getFirst().columns())
        .containsExactly("id", "Cestina_name", "ctid_");
    assertThat(outcome.tables().getFirst().primaryKey()).containsExactly("id");
    LoadReceipt receipt = Objects.requireNonNull(outcome.load());
    assertThat(receipt.recordsRead()).isEqualTo(2);
    assertThat(receipt.rowsAfter()).isEqualTo(2);
    assertThat(receipt.objects().getFirst().sha256()).hasSize(64);
    assertThat(receipt.objects().getFirst().bytes())
        .isEqualTo(csv.getBytes(StandardCharsets.UTF_8).length);
    assertThat(receipt.bytesAfter()).isPositive();
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|a, \"b\"\nc|", "2||\\.");
    assertThat(outcome.tables().getFirst().lastImport())
        .isEqualTo(project.catalogue(table).lastImport());
  }

  @Test
  void fullLoadReplacesAllRowsAndKeepsThePreviousGeneration() throws SQLException {
    long table = project.newTable("id,name\n1,a\n2,b\n", "id");
    CatalogueRow before = project.catalogue(table);

    JobOutcome second = project.run(project.load(table, false, false, "name,id\nz,9\n"));
    CatalogueRow middle = project.catalogue(table);
    project.run(project.load(table, false, false, "NAME,ID\ny,8\n"));

    assertThat(second.tables().getFirst().sequence()).isEqualTo(before.sequence() + 1);
    assertThat(middle.lastImport()).isAfter(before.lastImport());
    assertThat(project.rows(table)).containsExactly("8|y");
    assertThat(project.relations(table))
        .containsExactly(
            "t" + table + "_" + middle.generation(),
            "t" + table + "_" + project.catalogue(table).generation());
  }

  @Test
  void columnThatDiffersFromAnotherInCaseOnlyIsRefusedByBothNames() throws SQLException {
    long table = project.newTable("id,name,v\n1,a,b\n", "id");

    for (boolean incremental : new boolean[] {true, false}) {
      JobOutcome outcome =
          project.run(project.load(table, false, incremental, "id,name,v,ID\n2,c,d,e\n"));
      var error = Objects.requireNonNull(outcome.error());
      assertThat(error.code()).isEqualTo("storage.tables.validation.invalidColumnName");
      assertThat(error.message()).contains("id and ID");
    }
    JobOutcome created =
        project.run(project.load(WarehouseFixture.nextId(), true, false, "id,ID\n1,2\n"));

    assertThat(Objects.requireNonNull(created.error()).message()).contains("id and ID");
    assertThat(project.rows(table)).containsExactly("1|a|b");
    assertThat(project.catalogue(table).names()).containsExactly("id", "name", "v");
  }

  @Test
  void everyLoadHasADateInALaterSecondAndNoRowIsLostByIt() throws SQLException {
    long table = project.newTable("id,name\n0,a\n", "id");
    for (int i = 1; i <= 5; i++) {
      Instant former = onTheWire(table);

      project.run(project.load(table, false, true, "id,name\n" + i + ",a\n"));

      assertThat(onTheWire(table)).isAfter(former);
      assertThat(project.rows(table, since(former))).contains(Integer.toString(i));
      assertThat(project.rows(table, since(onTheWire(table)))).containsExactly(Integer.toString(i));
    }
    Instant merged = onTheWire(table);
    project.run(project.load(table, false, false, "id,name\n9,z\n"));
    assertThat(onTheWire(table)).isAfter(merged);
    assertThat(project.rows(table, since(merged))).containsExactly("9");
  }

  @Test
  void tableThatRunsFarAheadOfTheClockGoesNoFurtherAhead() throws SQLException {
    long table = project.newTable("id\n1\n");
    for (String lead : List.of("50 seconds", "2 days")) {
      try (Connection writer = project.asWriter();
          Statement statement = writer.createStatement()) {
        statement.execute(
            "UPDATE _penstock.catalogue SET last_import = clock_timestamp() + interval '%s' WHERE table_id = %d"
                .formatted(lead, table));
      }
      Instant former = Objects.requireNonNull(project.catalogue(table).lastImport());

      assertThat(project.run(project.load(table, false, true, "id\n2\n")).status())
          .isEqualTo(Status.SUCCESS);

      assertThat(project.catalogue(table).lastImport()).isEqualTo(former.plusNanos(1_000));
    }
  }

  /** As callers are told it: whole seconds. */
  private static Instant onTheWire(long table) throws SQLException {
    return Objects.requireNonNull(project.catalogue(table).lastImport())
        .truncatedTo(ChronoUnit.SECONDS);
  }

  private static TableQuery since(Instant time) {
    return new TableQuery(List.of("id"), List.of(), List.of(), time, null, null, false);
  }

  @Test
  void incrementalLoadUpdatesInsertsAndLeavesEqualRowsAlone() throws SQLException {
    long table = project.newTable("id,name\n1,a\n2,b\n3,c\n", "id");
    var first = project.catalogue(table);

    JobOutcome outcome =
        project.run(project.load(table, false, true, "id,name\n1,a\n2,changed\n4,d\n"));

    LoadReceipt receipt = Objects.requireNonNull(outcome.load());
    assertThat(receipt.rowsInserted()).isEqualTo(1);
    assertThat(receipt.rowsUpdated()).isEqualTo(1);
    assertThat(receipt.rowsUnchanged()).isEqualTo(1);
    assertThat(receipt.rowsBefore()).isEqualTo(3);
    assertThat(receipt.rowsAfter()).isEqualTo(4);
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|a", "2|changed", "3|c", "4|d");
    var changed =
        new TableQuery(
            List.of("id"),
            List.of(),
            List.of(),
            outcome.tables().getFirst().lastImport(),
            null,
            null,
            false);
    assertThat(project.rows(table, changed)).containsExactlyInAnyOrder("2", "4");
    assertThat(outcome.tables().getFirst().lastImport()).isAfter(first.lastImport());
    assertThat(project.relations(table)).hasSize(1);
  }

  @Test
  void incrementalLoadWithoutKeyAppends() throws SQLException {
    long table = project.newTable("id\n1\n1\n");

    JobOutcome outcome = project.run(project.load(table, false, true, "id\n1\n2\n"));

    assertThat(project.rows(table)).containsExactlyInAnyOrder("1", "1", "1", "2");
    assertThat(Objects.requireNonNull(outcome.load()).rowsAfter()).isEqualTo(4);
  }

  @Test
  void tableOfKeyColumnsOnlyTakesWhatIsNew() throws SQLException {
    long table = project.newTable("a,b\n1,1\n1,2\n", "b", "a");

    JobOutcome outcome = project.run(project.load(table, false, true, "a,b\n1,1\n2,2\n2,2\n"));

    assertThat(Objects.requireNonNull(outcome.load()).rowsInserted()).isEqualTo(1);
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|1", "1|2", "2|2");
  }

  @Test
  void lastOfManyDuplicatesWinsInAFullLoad() throws SQLException {
    SplittableRandom random = new SplittableRandom(4);
    Map<String, String> expected = new TreeMap<>();
    String csv = duplicates(random, 120_000, 40_000, expected);

    long table = project.newTable(csv, "id");

    assertThat(project.catalogue(table).rows()).isEqualTo(expected.size());
    assertThat(lengths(table)).isEqualTo(expected);
  }

  @Test
  void lastOfManyDuplicatesWinsInAnIncrementalLoad() throws SQLException {
    SplittableRandom random = new SplittableRandom(5);
    Map<String, String> expected = new TreeMap<>();
    long table = project.newTable(duplicates(random, 30_000, 60_000, expected), "id");

    JobOutcome outcome =
        project.run(
            project.load(table, false, true, duplicates(random, 120_000, 60_000, expected)));

    assertThat(outcome.status()).isEqualTo(Status.SUCCESS);
    assertThat(Objects.requireNonNull(outcome.load()).rowsAfter()).isEqualTo(expected.size());
    assertThat(lengths(table)).isEqualTo(expected);
  }

  @Test
  void newColumnsAreAddedAndEmptyInOldRows() throws SQLException {
    long table = project.newTable("id,name\n1,a\n2,b\n", "id");

    JobOutcome outcome =
        project.run(project.load(table, false, true, "extra,id,name,More\nx,2,b,m\ny,3,c,n\n"));
    project.run(project.load(table, false, false, "id,name,extra,more,last\n5,e,f,g,h\n"));

    assertThat(outcome.tables().getFirst().columns())
        .containsExactly("id", "name", "extra", "More");
    assertThat(Objects.requireNonNull(outcome.load()).rowsUpdated()).isEqualTo(1);
    assertThat(project.catalogue(table).names())
        .containsExactly("id", "name", "extra", "More", "last");
    assertThat(project.rows(table)).containsExactly("5|e|f|g|h");
  }

  @Test
  void missingColumnsAreNamed() throws SQLException {
    long table = project.newTable("id,name,city\n1,a,b\n", "id");

    JobOutcome outcome = project.run(project.load(table, false, true, "name;city\nx;y\n"));

    var error = Objects.requireNonNull(outcome.error());
    assertThat(error.code()).isEqualTo("csvImport.columnsNotMatch");
    assertThat(error.message())
        .isEqualTo(
            "Some columns are missing in the csv file. Missing columns: id,name,city. Expected"
                + " columns: id,name,city. Please check if the expected delimiter \",\" is used in"
                + " the csv file.");
    assertThat(error.contextParams())
        .containsEntry("missingColumns", List.of("id", "name", "city"));
    assertThat(project.rows(table)).containsExactly("1|a|b");
  }

  @Test
  void faultInTheMiddleLeavesTheOldRowsAndNothingElse() throws SQLException {
    long table = project.newTable("id,name\n1,a\n", "id");
    CatalogueRow before = project.catalogue(table);
    String bad = "id,name\n" + "2,x\n".repeat(20_000) + "3,y\"z\n" + "4,x\n".repeat(20_000);

    for (boolean incremental : new boolean[] {true, false}) {
      JobOutcome outcome = project.run(project.load(table, false, incremental, bad));

      assertThat(outcome.status()).isEqualTo(Status.ERROR);
      assertThat(Objects.requireNonNull(outcome.error()).code()).isEqualTo("invalidCsv");
      assertThat(outcome.error().message()).contains("line 20002");
    }
    assertThat(project.catalogue(table)).isEqualTo(before);
    assertThat(project.rows(table)).containsExactly("1|a");
    assertThat(project.relations(table)).hasSize(1);
  }

  @Test
  void emptyFilesAreToldApart() throws SQLException {
    long created = WarehouseFixture.nextId();
    long table = project.newTable("id,name\n1,a\n");

    var noColumns = project.run(project.load(created, true, false, ""));
    var notMatching = project.run(project.load(table, false, false, ""));
    var unchanged = project.rows(table);
    var emptied = project.run(project.load(table, false, false, "id,name\n"));

    assertThat(Objects.requireNonNull(noColumns.error()).code())
        .isEqualTo("storage.tables.validation.noColumns");
    assertThat(Objects.requireNonNull(notMatching.error()).code())
        .isEqualTo("csvImport.columnsNotMatch");
    assertThat(unchanged).containsExactly("1|a");
    assertThat(emptied.status()).isEqualTo(Status.SUCCESS);
    assertThat(project.rows(table)).isEmpty();
  }

  @Test
  void dialectsAndHeadersOfTheContractAreUnderstood() throws SQLException {
    long table = project.newTable("id,name\n1,a\n");
    var tab = new CsvFormat("\\t", "'", "", List.of("name", "id"), Header.GIVEN, null);
    var order = new CsvFormat(";", "\"", "", List.of(), Header.TABLE_ORDER, null);
    var skipping = new CsvFormat(",", "\"", "", List.of(), Header.FIRST_LINE, 2);

    project.run(load(table, tab, "'x\t''y'\t2\rz\t3"));
    project.run(load(table, order, "4;\"d;\"\r\n"));
    project.run(load(table, skipping, "name,id\nunits,none\nf,6\n"));

    assertThat(project.rows(table))
        .containsExactlyInAnyOrder("1|a", "2|x\t'y", "3|z", "4|d;", "6|f");
  }

  @Test
  void everythingThatTheScannerAcceptsCopyReadsAlike() throws SQLException {
    SplittableRandom random = new SplittableRandom(7);
    String[] pieces = {"a", "\"", "\"\"", ",", "\n", "\\.", "\\", "é", "\t", " ", "x,y", "\"\n\""};
    int accepted = 0;
    for (int i = 0; i < 150; i++) {
      StringBuilder csv = new StringBuilder("k\n");
      for (int p = random.nextInt(12); p > 0; p--) {
        csv.append(pieces[random.nextInt(pieces.length)]);
      }
      long table = WarehouseFixture.nextId();
      JobOutcome outcome = project.run(project.load(table, true, false, csv.toString()));
      if (outcome.status() == Status.SUCCESS) {
        accepted++;
        assertThat(project.rows(table))
            .as(csv.toString())
            .hasSize((int) project.catalogue(table).rows());
      } else {
        assertThat(Objects.requireNonNull(outcome.error()).message())
            .as(csv.toString())
            .doesNotContain("The warehouse reads");
      }
    }
    assertThat(accepted).isBetween(20, 140);
  }

  private static LoadTable load(long table, CsvFormat format, String text) {
    return project.load(table, false, true, format, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Rows of very different sizes, so that later rows would fit into earlier pages. */
  private static String duplicates(
      SplittableRandom random, int rows, int keys, Map<String, String> last) {
    StringBuilder csv = new StringBuilder("id,n,pad\n");
    for (int i = 0; i < rows; i++) {
      String id = Integer.toString(random.nextInt(keys));
      int pad = random.nextInt(100) == 0 ? 3000 : random.nextInt(80);
      csv.append(id).append(',').append(i).append(',').append("x".repeat(pad)).append('\n');
      last.put(id, i + "/" + pad);
    }
    return csv.toString();
  }

  private static Map<String, String> lengths(long table) throws SQLException {
    Map<String, String> found = new TreeMap<>();
    for (String row : project.rows(table)) {
      String[] cells = row.split("\\|", -1);
      found.put(cells[0], cells[1] + "/" + cells[2].length());
    }
    return found;
  }
}
