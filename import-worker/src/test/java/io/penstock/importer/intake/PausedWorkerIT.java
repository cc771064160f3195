package io.penstock.importer.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.importer.fixture.WarehouseFixture;
import io.penstock.model.Json;
import io.penstock.model.job.JobOutcome;
import io.penstock.model.job.JobOutcome.Status;
import io.penstock.model.job.JobTask.LoadTable;
import io.penstock.warehouse.CatalogueRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker's process that is stopped for longer than its lease, and goes on afterwards. */
class PausedWorkerIT extends ProjectTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Timeout(120)
  void workerThatIsPausedWhileItsJobIsGivenUpPublishesNothing(boolean incremental)
      throws Exception {
    long table = project.newTable("id,v\n1,a\n", "id");
    CatalogueRow before = project.catalogue(table);
    LoadTable task = project.load(table, false, incremental, "id,v\n2,b\n");
    long job = WarehouseFixture.nextId();
    Path folder = Files.createDirectory(directory.resolve("worker-" + job));
    Files.writeString(folder.resolve("message"), Json.write(project.message(job, task)));
    Files.write(folder.resolve("object"), project.objects().get(task.file().key()));

    Process worker = worker(folder);
    try {
      await(folder.resolve("opened"), worker);
      signal("STOP", worker);
      JobOutcome given = project.run(project.giveUp(job, task));
      Files.createFile(folder.resolve("go"));
      signal("CONT", worker);
      assertThat(worker.waitFor(60, TimeUnit.SECONDS)).isTrue();

      JobOutcome told = Json.read(Files.readString(folder.resolve("ended")), JobOutcome.class);
      assertThat(told).isEqualTo(given);
      assertThat(told.status()).isEqualTo(Status.ERROR);
      assertThat(project.catalogue(table)).isEqualTo(before);
      assertThat(project.rows(table)).containsExactly("1|a");
      assertThat(project.relations(table)).hasSize(1);
    } finally {
      worker.destroyForcibly().waitFor();
    }
  }

  private static Process worker(Path folder) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            PausedWorker.class.getName(),
            Integer.toString(warehouse.server().port()),
            directory.resolve("opener.json").toString(),
            folder.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private static void await(Path file, Process worker) throws Exception {
    while (!Files.exists(file)) {
      assertThat(worker.isAlive()).as("the worker's process").isTrue();
      TimeUnit.MILLISECONDS.sleep(5); // a file is watched
    }
  }

  private static void signal(String name, Process worker) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(worker.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }
}
