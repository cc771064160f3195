package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.importer.fixture.ProjectFixture;
import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobOutcome.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A warehouse whose disk is full: a file system of its own, in memory, that is made too small and
 * large again. Needs the right to mount one.
 */
class DiskFullIT {
  private static final long MEGABYTE = 1 << 20;

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init")
  private static WarehouseFixture warehouse;

  @SuppressWarnings("NullAway.Init")
  private static ProjectFixture project;

  private static boolean mounted;

  @BeforeAll
  static void start() throws Exception {
    mounted = run("mount", "-t", "tmpfs", "-o", "size=1g,mode=0777", "tmpfs", directory.toString());
    assumeTrue(mounted, "SKIPPED: no right to mount a file system of a given size");
    warehouse = WarehouseFixture.start(directory);
    project = warehouse.newProject();
  }

  @AfterAll
  static void stop() throws Exception {
    if (mounted) {
      warehouse.close();
      assertThat(run("umount", directory.toString())).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void loadIsLeftForLaterAndEndsRightWhenThereIsRoom(boolean incremental) throws Exception {
    long table = project.newTable("id,v\n1,a\n", "id");
    StringBuilder csv = new StringBuilder("id,v\n");
    for (int i = 0; i < 60_000; i++) {
      csv.append(i).append(",").append("v".repeat(900)).append('\n');
    }
    JobMessage message =
        project.message(
            WarehouseFixture.nextId(), project.load(table, false, incremental, csv.toString()));

    resize(used() + 20 * MEGABYTE);
    try {
      assertThat(project.runner().handle(message)).isInstanceOf(Handling.Failed.class);
      assertThat(project.rows(table)).containsExactly("1|a");
    } finally {
      resize(1024 * MEGABYTE);
    }
    assertThat(project.run(message).status()).isEqualTo(Status.SUCCESS);
    assertThat(rows(table)).isEqualTo(60_000);
    assertThat(Objects.requireNonNull(project.reports().ends().getLast().load()).rowsAfter())
        .isEqualTo(60_000);
    assertThat(project.relations(table)).hasSizeLessThanOrEqualTo(2); // with the one to undo to
  }

  private static int rows(long table) throws SQLException {
    return project.rows(table).size();
  }

  private static long used() throws IOException {
    var store = Files.getFileStore(directory);
    return store.getTotalSpace() - store.getUnallocatedSpace();
  }

  private static void resize(long bytes) throws Exception {
    assertThat(run("mount", "-o", "remount,size=" + bytes, directory.toString())).isTrue();
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }
}
