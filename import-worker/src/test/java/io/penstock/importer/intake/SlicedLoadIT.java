package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.Json;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.LoadReceipt;
import io.penstock.model.job.JobOutcome.ObjectDigest;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask.CsvFormat;
import io.penstock.model.job.JobTask.CsvFormat.Header;
import io.penstock.model.job.JobTask.FileSource;
import io.penstock.model.job.JobTask.LoadTable;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Slices are copied over several connections, and the table is as if they were read in order. */
class SlicedLoadIT extends ProjectTest {
  private static final CsvFormat GIVEN =
      new CsvFormat(",", "\"", "", List.of("id", "n", "pad"), Header.GIVEN, null);
  private static final CsvFormat NAMED =
      new CsvFormat(",", "\"", "", List.of(), Header.FIRST_LINE, null);

  /** Full loads and upserts in turn, 50 seeds, 100 keys that come in several of four slices. */
  @Test
  void errorInOneOfTheConnectionsFailsTheLoad() {
    List<String> slices = IntStream.range(0, 40).mapToObj(i -> "id\n" + i + "\n").toList();
    long table = WarehouseFixture.nextId();
    LoadTable load = project.loadSlices(table, true, false, false, slices, ProjectFixture.COMMA);
    project
        .objects()
        .whenOpened(
            key -> {
              if (key.endsWith(".00017")) {
                throw new OutOfMemoryError("no memory for this slice");
              }
            });
    try {
      assertThat(project.runner().handle(project.message(WarehouseFixture.nextId(), load)))
          .isInstanceOf(Handling.Failed.class);
    } finally {
      project.objects().whenOpened(_ -> {});
    }
  }

  @Test
  void duplicatedKeysOverSlicesEndAsInASequentialModel() throws SQLException {
    for (int seed = 0; seed < 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      boolean gzip = seed % 3 == 0;
      Map<String, String> model = new HashMap<>();
      long table = WarehouseFixture.nextId();
      JobOutcome created =
          project.run(
              project.loadSlices(table, true, false, gzip, slices(random, model), GIVEN, "id"));
      JobOutcome upserted =
          project.run(project.loadSlices(table, false, true, gzip, slices(random, model), GIVEN));

      assertThat(created.status())
          .as("seed %d: %s", seed, created.error())
          .isEqualTo(Status.SUCCESS);
      assertThat(upserted.status())
          .as("seed %d: %s", seed, upserted.error())
          .isEqualTo(Status.SUCCESS);
      Map<String, String> found = new HashMap<>();
      for (String row : project.rows(table)) {
        String[] cells = row.split("\\|", -1);
        found.put(cells[0], cells[1]);
      }
      assertThat(found).as("seed %d", seed).isEqualTo(model);
      assertThat(project.catalogue(table).rows()).as("seed %d", seed).isEqualTo(model.size());
    }
  }

  /** 4 slices of 250 rows; 100 of the keys come again and again. */
  private static List<String> slices(SplittableRandom random, Map<String, String> model) {
    List<String> slices = new ArrayList<>();
    int fresh = 1000 + random.nextInt(500);
    for (int s = 0; s < 4; s++) {
      StringBuilder csv = new StringBuilder();
      for (int i = 0; i < 250; i++) {
        String id = Integer.toString(random.nextBoolean() ? random.nextInt(100) : fresh++);
        String n = s + "-" + i + "-" + random.nextInt(1000);
        int pad = random.nextInt(20) == 0 ? 3000 : random.nextInt(60);
        csv.append(id).append(',').append(n).append(',').append("x".repeat(pad)).append('\n');
        model.put(id, n);
      }
      slices.add(csv.toString());
    }
    return slices;
  }

  @Test
  void thousandsOfSlicesAreOneLoadWithAReceiptOfEach() throws SQLException {
    long table = WarehouseFixture.nextId();
    List<String> slices =
        IntStream.range(0, 3000).mapToObj(i -> i + ",a," + "\n" + i + ",b,c\n").toList();

    JobOutcome outcome = project.run(project.loadSlices(table, true, false, true, slices, GIVEN));

    LoadReceipt receipt = Objects.requireNonNull(outcome.load());
    assertThat(receipt.recordsRead()).isEqualTo(6000);
    assertThat(receipt.rowsAfter()).isEqualTo(6000);
    assertThat(receipt.objects()).hasSize(3000);
    assertThat(receipt.objects()).extracting(ObjectDigest::key).isSorted();
    assertThat(project.rows(table)).hasSize(6000).doesNotHaveDuplicates();
  }

  @Test
  void eachSliceMayHaveLineEndsOfItsOwnAndNoneAtItsEnd() throws SQLException {
    long table = WarehouseFixture.nextId();

    JobOutcome outcome =
        project.run(
            project.loadSlices(
                table,
                true,
                false,
                false,
                List.of(
                    "1,a,b\r\n2,c,d\r\n",
                    "",
                    "3,e,f\r4,g,h",
                    "5,\"i\n\",j\n6,k,l",
                    "7,m,n\n8,o,p\r\n"),
                GIVEN));

    assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(Status.SUCCESS);
    assertThat(project.rows(table))
        .containsExactlyInAnyOrder(
            "1|a|b", "2|c|d", "3|e|f", "4|g|h", "5|i\n|j", "6|k|l", "7|m|n", "8|o|p");
  }

  @Test
  void emptySliceHasNoRecordsThoughItsNameEndsInGz() throws SQLException {
    for (int empty = 0; empty < 3; empty++) {
      long table = WarehouseFixture.nextId();
      LoadTable load =
          project.loadSlices(
              table, true, false, true, List.of("1,a,b\n", "2,c,d\n", "3,e,f\n"), GIVEN);
      project.objects().put("%s.%05d.gz".formatted(load.file().key(), empty), new byte[0]);

      JobOutcome outcome = project.run(load);

      assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(Status.SUCCESS);
      assertThat(project.rows(table)).hasSize(2);
    }
  }

  @Test
  void missingManifestIsTheJobsError() {
    LoadTable load =
        project.loadSlices(
            WarehouseFixture.nextId(), true, false, false, List.of("1,a,b\n"), GIVEN);
    project.objects().delete(ProjectFixture.BUCKET, List.of(load.file().key() + "manifest"));

    assertThat(Objects.requireNonNull(project.run(load).error()).code())
        .isEqualTo("storage.manifestFileMissing");
  }

  @Test
  void firstLineOfTheFirstSliceNamesTheColumnsWhenNothingElseDoes() throws SQLException {
    long table = WarehouseFixture.nextId();

    project.run(
        project.loadSlices(
            table, true, false, false, List.of("a,b\n1,2\n", "3,4\n", "5,6\n"), NAMED));

    assertThat(project.catalogue(table).names()).containsExactly("a", "b");
    assertThat(project.rows(table)).containsExactlyInAnyOrder("1|2", "3|4", "5|6");
  }

  @Test
  void faultInOneSliceIsToldByTheForemostRecordAndChangesNothing() throws SQLException {
    long table = project.newTable("id,n,pad\n1,old,x\n", "id");
    List<String> slices = new ArrayList<>();
    for (int s = 0; s < 8; s++) {
      slices.add("%d,a,b\n".formatted(s).repeat(2000) + (s >= 3 ? "x,y\n" : "") + "9,c,d\n");
    }

    for (boolean incremental : new boolean[] {true, false}) {
      JobOutcome outcome =
          project.run(project.loadSlices(table, false, incremental, true, slices, GIVEN));

      var error = Objects.requireNonNull(outcome.error());
      assertThat(error.code()).isEqualTo("invalidCsv");
      assertThat(error.message()).contains(".00003.gz", "record 2001, line 2001", "2 fields");
      assertThat((List<?>) error.contextParams().get("problems")).hasSize(5);
    }
    assertThat(project.rows(table)).containsExactly("1|old|x");
    assertThat(project.relations(table)).hasSize(1);
  }

  @Test
  void missingSliceIsNamedUnlessTheManifestSaysItMayMiss() throws SQLException {
    long table = WarehouseFixture.nextId();
    LoadTable load =
        project.loadSlices(table, true, false, false, List.of("1,a,b\n", "2,c,d\n"), GIVEN);
    String key = load.file().key();

    JobOutcome missing =
        project.run(manifest(load, List.of(entry(key + ".00000", true), entry(key + ".9", true))));
    JobOutcome optional =
        project.run(manifest(load, List.of(entry(key + ".9", false), entry(key + ".00001", true))));

    assertThat(Objects.requireNonNull(missing.error()).code())
        .isEqualTo("storage.importFileMissing");
    assertThat(missing.error().message()).contains(key + ".9");
    assertThat(optional.status()).isEqualTo(Status.SUCCESS);
    assertThat(project.rows(table)).containsExactly("2|c|d");
  }

  /** PHP hangs the file's name right behind the key, others a slash before it. */
  @Test
  void nameOfASliceIsWhateverFollowsTheKey() throws SQLException {
    long table = WarehouseFixture.nextId();
    LoadTable load = project.loadSlices(table, true, false, false, List.of(), GIVEN);
    List<String> keys =
        List.of(load.file().key() + "part_1.csv", load.file().key() + "/part_1.csv");
    for (String key : keys) {
      project.objects().put(key, (keys.indexOf(key) + ",a,b\n").getBytes(StandardCharsets.UTF_8));
    }

    JobOutcome outcome =
        project.run(manifest(load, keys.stream().map(key -> entry(key, true)).toList()));

    assertThat(outcome.status()).as("%s", outcome.error()).isEqualTo(Status.SUCCESS);
    assertThat(project.rows(table)).containsExactlyInAnyOrder("0|a|b", "1|a|b");
  }

  @Test
  void sliceOutsideOfTheFileIsRefusedAndAnEmptyManifestIsNoRows() throws SQLException {
    long table = WarehouseFixture.nextId();
    LoadTable load = project.loadSlices(table, true, false, false, List.of("1,a,b\n"), GIVEN);

    JobOutcome outside = project.run(manifest(load, List.of(entry("files/1.csv", true))));
    JobOutcome none = project.run(manifest(load, List.of()));

    assertThat(Objects.requireNonNull(outside.error()).code())
        .isEqualTo("storage.unauthorizedAccess");
    assertThat(none.status()).isEqualTo(Status.SUCCESS);
    assertThat(project.rows(table)).isEmpty();
    assertThat(project.catalogue(table).names()).containsExactly("id", "n", "pad");
  }

  private static Map<String, Object> entry(String key, boolean mandatory) {
    return Map.of("url", "s3://" + ProjectFixture.BUCKET + "/" + key, "mandatory", mandatory);
  }

  /** The same file with another manifest. */
  private static LoadTable manifest(LoadTable load, List<Map<String, Object>> entries) {
    FileSource source = load.file();
    project
        .objects()
        .put(
            source.key() + "manifest",
            Json.write(Map.of("entries", entries)).getBytes(StandardCharsets.UTF_8));
    return load;
  }
}
