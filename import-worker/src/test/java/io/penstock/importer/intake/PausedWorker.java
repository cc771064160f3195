package io.penstock.importer.intake;

import io.penstock.aws.keys.LocalRecipientSeal;
import io.penstock.importer.csv.CsvLimits;
import io.penstock.importer.define.TableDefiner;
import io.penstock.importer.export.TableExporter;
import io.penstock.importer.export.WorkspaceExporter;
import io.penstock.importer.fixture.MemoryObjects;
import io.penstock.importer.fixture.RecordedReports;
import io.penstock.importer.load.TableLoader;
import io.penstock.importer.load.WorkspaceFiles;
import io.penstock.importer.structure.TableChanges;
import io.penstock.importer.sweep.Sweeper;
import io.penstock.importer.sweep.TableDropper;
import io.penstock.importer.undo.ImportUndo;
import io.penstock.importer.warehouse.LockPatience;
import io.penstock.importer.warehouse.Warehouse;
import io.penstock.importer.workspace.ReadPatience;
import io.penstock.importer.workspace.WorkspaceLoader;
import io.penstock.model.Json;
import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * A worker in a process of its own, for {@link PausedWorkerIT}: it says when it is in the middle of
 * its job, and goes on when it is told to.
 */
final class PausedWorker {
  private static final ReadPatience READS =
      new ReadPatience(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(2));
  private static final long LIMIT_NANOS = Duration.ofSeconds(60).toNanos();

  private PausedWorker() {}

  /** Port of the warehouse, opener's key, and a folder with {@code message} and {@code object}. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[2]);
    JobMessage message = Json.read(Files.readString(folder.resolve("message")), JobMessage.class);
    MemoryObjects objects = new MemoryObjects();
    objects.put(
        ((JobTask.LoadTable) message.task()).file().key(),
        Files.readAllBytes(folder.resolve("object")));
    objects.whenOpened(_ -> meet(folder));
    RecordedReports reports = new RecordedReports();
    JobRunner runner =
        new JobRunner(
            new Warehouse("127.0.0.1", Integer.parseInt(args[0]), "disable"),
            LocalRecipientSeal.fromPrivate(Path.of(args[1])),
            reports,
            new JobRunner.Work(
                new TableDefiner(CsvLimits.DEFAULTS.maxColumns()),
                new TableLoader(objects, CsvLimits.DEFAULTS, LockPatience.DEFAULT, 4, READS),
                new TableExporter(objects, 64 << 10),
                new WorkspaceExporter(new TableExporter(objects, 64 << 10), 1 << 20, READS),
                new TableDropper(),
                new ImportUndo(LockPatience.DEFAULT, Duration.ofHours(24)),
                new TableChanges(LockPatience.DEFAULT, CsvLimits.DEFAULTS.maxColumns()),
                new WorkspaceLoader(
                    Duration.ofSeconds(1), new WorkspaceFiles(objects, CsvLimits.DEFAULTS)),
                new Sweeper(Duration.ofHours(24))),
            Clock.systemUTC(),
            "paused",
            Duration.ofSeconds(20));
    Handling handling = runner.handle(message);
    Files.writeString(
        folder.resolve("ended"),
        handling instanceof Handling.Ended
            ? Json.write(reports.ends().getLast())
            : handling.toString());
  }

  private static void meet(Path folder) {
    try {
      Files.createFile(folder.resolve("opened"));
      long until = System.nanoTime() + LIMIT_NANOS;
      while (!Files.exists(folder.resolve("go")) && System.nanoTime() < until) {
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
