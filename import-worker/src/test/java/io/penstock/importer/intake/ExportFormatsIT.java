package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.Json;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.Slice;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.model.job.JobTask.ExportFormat;
import io.penstock.model.job.JobTask.ExportTable;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.Order;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExportFormatsIT extends ProjectTest {
  /** What could be taken for a part of any of the forms, and what PostgreSQL itself escapes. */
  private static final String ODD = "q\" b\\ t\t n\n r\r v\u000b f\f c\b , \\N é😀 '; DROP TABLE x";

  private static final TableQuery IN_ORDER =
      new TableQuery(
          List.of(), List.of(), List.of(new Order("id", false, null)), null, null, null, false);

  private static long table() {
    return project.newTable("id,text\n1,\"" + ODD.replace("\"", "\"\"") + "\"\n2,\n3,\\N\n", "id");
  }

  @Test
  void rfcEnclosesAndDoubles() throws IOException {
    assertThat(exported(table(), ExportFormat.RFC))
        .isEqualTo("\"1\",\"" + ODD.replace("\"", "\"\"") + "\"\n\"2\",\"\"\n\"3\",\"\\N\"\n");
  }

  @Test
  void rawSeparatesByTabulatorsAndEscapesFourCharacters() throws IOException {
    assertThat(exported(table(), ExportFormat.RAW))
        .isEqualTo(
            "1\tq\" b\\\\ t\\t n\\n"
                + " r\\r"
                + " v\u000b f\f c\b , \\\\N é😀 '; DROP TABLE x\n"
                + "2\t\n"
                + "3\t\\\\N\n");
  }

  @Test
  void escapedEnclosesAndEscapesTwoCharacters() throws IOException {
    assertThat(exported(table(), ExportFormat.ESCAPED))
        .isEqualTo(
            "\"1\",\"q\\\" b\\\\ t\t n\n"
                + " r\r"
                + " v\u000b f\f c\b , \\\\N é😀 '; DROP TABLE x\"\n"
                + "\"2\",\"\"\n"
                + "\"3\",\"\\\\N\"\n");
  }

  @Test
  void jsonIsOneObjectALine() throws IOException {
    String[] lines = exported(table(), ExportFormat.JSON).split("\n", -1);

    assertThat(lines).hasSize(4).endsWith("");
    assertThat(Json.mapper().readTree(lines[0]).path("text").asString()).isEqualTo(ODD);
    assertThat(lines[1]).isEqualTo("{\"id\":\"2\",\"text\":\"\"}");
    assertThat(lines[2]).isEqualTo("{\"id\":\"3\",\"text\":\"\\\\N\"}");
  }

  /**
   * Every text that a form writes is read back as it was, in any cut into slices, packed or not.
   */
  @ParameterizedTest
  @CsvSource({"RFC,true", "RFC,false", "RAW,true", "RAW,false", "ESCAPED,true", "ESCAPED,false"})
  void exportIsLoadedBackAsTheSameRows(ExportFormat format, boolean gzip) throws SQLException {
    SplittableRandom random = new SplittableRandom(7);
    String[] pieces = {
      "\"\"", "\\", "\t", "\n", "\r", ",", "N", "n", "t", "é", "\u000b", "\b", " "
    };
    StringBuilder csv = new StringBuilder("id,text\n");
    for (int i = 0; i < 2000; i++) {
      csv.append(i).append(",\"");
      for (int p = random.nextInt(9); p > 0; p--) {
        csv.append(pieces[random.nextInt(pieces.length)]);
      }
      csv.append("x".repeat(random.nextInt(60))).append("\"\n");
    }
    long table = project.newTable(csv.toString(), "id");
    String key = "exports/%s%s.csv".formatted(format, gzip);

    ExportReceipt receipt = export(table, IN_ORDER, format, gzip, key);
    assertThat(receipt.slices()).hasSizeGreaterThan(1);
    long copy = WarehouseFixture.nextId();
    JobOutcome loaded =
        project.run(
            new LoadTable(
                copy,
                "copy",
                true,
                List.of("id"),
                false,
                new FileSource(8, "a.csv", ProjectFixture.BUCKET, key, true, gzip),
                dialect(format)));

    assertThat(loaded.error()).isNull();
    assertThat(project.rows(copy, IN_ORDER))
        .containsExactlyElementsOf(project.rows(table, IN_ORDER));
  }

  private static CsvFormat dialect(ExportFormat format) {
    List<String> columns = List.of("id", "text");
    return switch (format) {
      case RAW -> new CsvFormat("\t", "", "\\", columns, Header.GIVEN, null);
      case ESCAPED -> new CsvFormat(",", "\"", "\\", columns, Header.GIVEN, null);
      default -> new CsvFormat(",", "\"", "", columns, Header.GIVEN, null);
    };
  }

  @ParameterizedTest
  @EnumSource(ExportFormat.class)
  void slicesAreNumberedInTheOrderOfTheRowsAndTheTimestampIsTheLastColumn(ExportFormat format)
      throws IOException {
    StringBuilder csv = new StringBuilder("id,text\n");
    for (int i = 0; i < 3000; i++) {
      csv.append("%05d".formatted(i)).append(",").append("x".repeat(60)).append("\n");
    }
    long table = project.newTable(csv.toString(), "id");
    var query =
        new TableQuery(
            List.of("text", "id"),
            List.of(),
            List.of(new Order("id", true, null)),
            null,
            null,
            2500L,
            true);

    ExportReceipt receipt = export(table, query, format, true, "exports/o" + format);
    List<String> lines = text(receipt).lines().toList();

    assertThat(receipt.slices()).hasSizeGreaterThan(1);
    assertThat(receipt.columns()).containsExactly("text", "id", "_timestamp");
    assertThat(lines).hasSize(2500);
    assertThat(lines.getFirst())
        .contains("02999")
        .containsPattern("\\d{4}-\\d\\d-\\d\\dT.*Z\"?}?$");
    assertThat(lines.getLast()).contains("00500");
  }

  @Test
  void receiptTellsWhichStateOfTheTableWasRead() throws SQLException {
    long table = project.newTable("id\n1\n");
    ExportReceipt first = export(table, IN_ORDER, ExportFormat.RFC, false, "exports/s1");
    project.run(project.load(table, false, true, "id\n2\n"));
    ExportReceipt second = export(table, IN_ORDER, ExportFormat.RFC, false, "exports/s2");

    assertThat(second.sequence()).isEqualTo(first.sequence() + 1);
    assertThat(second.sequence()).isEqualTo(project.catalogue(table).sequence());
  }

  /** Clients hand the date back as they saw it, in whole seconds. */
  @Test
  void lastImportDateAsChangedSinceSkipsNoRowOfThatLoad() throws IOException {
    long table = project.newTable("id,text\n1,a\n2,b\n", "id");
    JobOutcome load = project.run(project.load(table, false, true, "id,text\n2,c\n3,d\n"));
    Instant shown =
        Objects.requireNonNull(load.tables().getFirst().lastImport())
            .truncatedTo(ChronoUnit.SECONDS);
    var since =
        new TableQuery(List.of("id"), List.of(), IN_ORDER.orderBy(), shown, null, null, false);

    String rows = text(export(table, since, ExportFormat.RFC, false, "exports/since"));

    assertThat(rows).contains("\"2\"\n\"3\"\n");
  }

  private static String exported(long table, ExportFormat format) throws IOException {
    String key = "exports/" + WarehouseFixture.nextId() + ".csv";
    String plain = text(export(table, IN_ORDER, format, false, key));
    assertThat(text(export(table, IN_ORDER, format, true, key + "z"))).isEqualTo(plain);
    return plain;
  }

  private static ExportReceipt export(
      long table, TableQuery query, ExportFormat format, boolean gzip, String key) {
    ExportTable task =
        new ExportTable(table, "in.c-main.t", query, format, gzip, ProjectFixture.BUCKET, key);
    return Objects.requireNonNull(project.run(task).export());
  }

  private static String text(ExportReceipt receipt) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Slice slice : receipt.slices()) {
      byte[] body = project.objects().get(slice.key());
      if (slice.key().endsWith(".gz")) {
        try (var stream = new GZIPInputStream(new ByteArrayInputStream(body))) {
          body = stream.readAllBytes();
        }
      }
      texts.add(new String(body, StandardCharsets.UTF_8));
    }
    return texts.stream().collect(Collectors.joining());
  }
}
