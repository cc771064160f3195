package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.Json;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.ExportReceipt;
import io.penstock.model.job.JobOutcome.Slice;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.ExportFormat;
import io.penstock.model.job.JobTask.ExportTable;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.model.table.TableQuery;
import io.penstock.model.table.TableQuery.Filter;
import io.penstock.model.table.TableQuery.Operator;
import io.penstock.model.table.TableQuery.Order;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class ExportIT extends ProjectTest {
  @Test
  void exportedSlicesLoadBackAsTheSameRows() throws SQLException {
    StringBuilder csv = new StringBuilder("id,text\n");
    for (int i = 0; i < 3000; i++) {
      csv.append(i).append(",\"ž \"\"").append("x".repeat(i % 90)).append("\"\"\n,\\.\"\n");
    }
    long table = project.newTable(csv.toString(), "id");

    ExportReceipt receipt = export(table, TableQuery.everything(), true, "exports/a.csv");

    assertThat(receipt.rows()).isEqualTo(3000);
    assertThat(receipt.slices()).hasSizeGreaterThan(2);
    assertThat(receipt.slices().getFirst().key()).isEqualTo("exports/a.csv0000_part_00.gz");
    long copy = WarehouseFixture.nextId();
    CsvFormat given = new CsvFormat(",", "\"", "", receipt.columns(), CsvFormat.Header.GIVEN, null);
    JobOutcome loaded =
        project.run(
            new LoadTable(
                copy,
                "copy",
                true,
                List.of("id"),
                false,
                new FileSource(8, "a.csv", ProjectFixture.BUCKET, "exports/a.csv", true, true),
                given));
    assertThat(Objects.requireNonNull(loaded.load()).objects()).hasSameSizeAs(receipt.slices());
    assertThat(project.rows(copy)).containsExactlyInAnyOrderElementsOf(project.rows(table));
  }

  @Test
  void everyFieldIsEnclosedAndEverySliceIsAFileOfItsOwn() throws Exception {
    long table = project.newTable("id,text\n1,\n2,b\n");
    var query =
        new TableQuery(
            List.of("text", "id"),
            List.of(new Filter("id", Operator.GE, List.of("1"), TableQuery.DataType.INTEGER)),
            List.of(new Order("id", true, null)),
            null,
            null,
            null,
            false);

    ExportReceipt plain = export(table, query, false, "exports/b.csv");
    ExportReceipt zipped = export(table, query, true, "exports/c.csv");

    assertThat(text(plain, false)).isEqualTo("\"b\",\"2\"\n\"\",\"1\"\n");
    assertThat(text(zipped, true)).isEqualTo(text(plain, false));
    String manifest =
        new String(project.objects().get("exports/b.csvmanifest"), StandardCharsets.UTF_8);
    assertThat(Json.mapper().readTree(manifest))
        .isEqualTo(
            Json.mapper()
                .readTree(
                    "{\"entries\":[{\"url\":\"s3://customer/exports/b.csv0000_part_00\",\"mandatory\":true}]}"));
  }

  @Test
  void emptyTableIsOneValidSlice() throws Exception {
    long table = project.newTable("id\n");

    ExportReceipt receipt = export(table, TableQuery.everything(), true, "exports/d.csv");

    assertThat(receipt.slices()).hasSize(1);
    assertThat(receipt.slices().getFirst().bytes()).isPositive();
    assertThat(text(receipt, true)).isEmpty();
  }

  @Test
  void refusedExportLeavesNothing() {
    long table = project.newTable("id\n1\n");
    var unknown = new TableQuery(List.of("nobody"), List.of(), List.of(), null, null, null, false);

    JobOutcome outcome = project.run(task(table, unknown, false, "exports/e.csv"));

    assertThat(Objects.requireNonNull(outcome.error()).code())
        .isEqualTo("storage.tables.columnNotExists");
    assertThat(project.objects().keys("exports/e.csv")).isEmpty();
  }

  @Test
  void lateExportRemovesItsSlices() {
    long table = project.newTable("id\n1\n");
    ExportTable task = task(table, TableQuery.everything(), false, "exports/f.csv");
    long job = WarehouseFixture.nextId();
    JobOutcome given = project.run(project.giveUp(job, task));

    assertThat(project.run(project.message(job, task))).isEqualTo(given);
    assertThat(project.objects().keys("exports/f.csv")).isEmpty();
  }

  @Test
  void tableOfAnotherProjectIsReadByItsReaderAndSettledAtHome() throws Exception {
    ProjectFixture lender = warehouse.newProject();
    long table = lender.newTable("id,secret\n1,a\n2,b\n3,c\n");
    long job = WarehouseFixture.nextId();
    var task =
        new ExportTable(
            table,
            "in.c-linked.t",
            new TableQuery(
                List.of("id"),
                List.of(new Filter("id", Operator.NE, List.of("2"), null)),
                List.of(),
                null,
                null,
                null,
                false),
            ExportFormat.RFC,
            false,
            ProjectFixture.BUCKET,
            "exports/linked.csv",
            Long.valueOf(lender.database()));

    JobOutcome end = project.run(project.reading(lender, job, task));

    assertThat(text(Objects.requireNonNull(end.export()), false)).isEqualTo("\"1\"\n\"3\"\n");
    assertThat(jobsInLedger(project)).contains(job);
    assertThat(jobsInLedger(lender)).doesNotContain(job);
    assertThat(project.run(project.reading(lender, job, task))).isEqualTo(end);
  }

  @Test
  void withoutTheOtherProjectsReaderNothingOfItIsRead() {
    ProjectFixture lender = warehouse.newProject();
    long table = lender.newTable("id\n1\n");
    long job = WarehouseFixture.nextId();
    var task =
        new ExportTable(
            table,
            "in.c-linked.t",
            TableQuery.everything(),
            ExportFormat.RFC,
            false,
            ProjectFixture.BUCKET,
            "exports/locked.csv",
            Long.valueOf(lender.database()));

    Handling handling = project.runner().handle(project.message(job, task));

    assertThat(handling).isInstanceOf(Handling.Failed.class);
    assertThat(project.objects().keys("exports/locked.csv")).isEmpty();
  }

  private static List<Long> jobsInLedger(ProjectFixture of) throws SQLException {
    List<Long> jobs = new ArrayList<>();
    try (Connection reader = of.asReader();
        Statement statement = reader.createStatement();
        ResultSet rows = statement.executeQuery("SELECT job_id FROM _penstock.job_ledger")) {
      while (rows.next()) {
        jobs.add(rows.getLong(1));
      }
    }
    return jobs;
  }

  private static ExportReceipt export(long table, TableQuery query, boolean gzip, String key) {
    return Objects.requireNonNull(project.run(task(table, query, gzip, key)).export());
  }

  private static ExportTable task(long table, TableQuery query, boolean gzip, String key) {
    return new ExportTable(
        table, "in.c-main.t", query, ExportFormat.RFC, gzip, ProjectFixture.BUCKET, key);
  }

  private static String text(ExportReceipt receipt, boolean gzip) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Slice slice : receipt.slices()) {
      byte[] body = project.objects().get(slice.key());
      assertThat(body.length).isEqualTo(slice.bytes());
      if (gzip) {
        try (var stream = new GZIPInputStream(new ByteArrayInputStream(body))) {
          body = stream.readAllBytes();
        }
      }
      texts.add(new String(body, StandardCharsets.UTF_8));
    }
    return String.join("", texts);
  }
}
