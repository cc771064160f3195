package io.penstock.quickstart;

import io.penstock.uploader.ExportResult;
import io.penstock.uploader.TableId;
import io.penstock.uploader.UploadRequest;
import io.penstock.uploader.UploadResult;
import io.penstock.uploader.UploaderClient;
import io.penstock.uploader.cli.ProgressDisplay;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Shows the main job on real data, as any client would do it, and leaves the platform running. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Starts the platform and shows the main job: upload, load, preview, export, compare, audit.")
final class DemoCommand implements Callable<Integer> {
  private static final TableId TABLE = TableId.parse("in.c-demo.airports");
  private static final Duration SEARCHABLE = Duration.ofSeconds(30);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private PortOptions ports = new PortOptions();

  @Override
  public Integer call() throws Exception {
    Home home = Penstock.home();
    Steps steps = new Steps(spec.commandLine().getOut());
    if (!platform(home, steps)) {
      return 1;
    }
    Path sample =
        Path.of(System.getProperty("penstock.root", ".")).resolve("samples/us-airports.csv");
    Map<String, String> variables = QuickstartEnvironment.read(home);
    try (UploaderClient client = client(variables)) {
      UploadResult loaded = upload(client, sample, steps);
      preview(client, steps);
      boolean same = compare(client, sample, home.folder("demo").resolve("airports.csv"), steps);
      boolean found = audit(client, loaded, steps);
      steps.out().println();
      UpCommand.printWhere(home, steps.out());
      next(home, steps.out());
      return same && found ? 0 : 1;
    }
  }

  private boolean platform(Home home, Steps steps) throws Exception {
    return steps.run(
        "Platform",
        () -> {
          if (RunningPlatform.find(home).isPresent()) {
            steps.tell("is running already");
            return true;
          }
          return UpCommand.start(home, ports, steps.out());
        });
  }

  private static UploaderClient client(Map<String, String> variables) {
    return UploaderClient.builder(URI.create(required(variables, "STORAGE_API_URL")))
        .token(required(variables, "STORAGE_API_TOKEN"))
        .certificateAuthority(Path.of(required(variables, "PENSTOCK_CA")))
        .objectStore(URI.create(required(variables, "AWS_ENDPOINT_URL_S3")))
        .retryLimit(Duration.ofSeconds(20))
        .build();
  }

  private static String required(Map<String, String> variables, String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "quickstart.env lacks " + name + "; run bin/penstock down and up");
    }
    return value;
  }

  private static UploadResult upload(UploaderClient client, Path sample, Steps steps)
      throws Exception {
    return steps.run(
        "Upload and load %s (%,d bytes) into %s"
            .formatted(sample.getFileName(), Files.size(sample), TABLE),
        () -> {
          UploadRequest request =
              UploadRequest.into(TABLE)
                  .withPrimaryKey("iata")
                  .withCreateBucket(true)
                  .withTags(List.of("demo"));
          UploadResult result;
          try (ProgressDisplay progress =
              ProgressDisplay.forPerson(steps.out(), steps.out(), System::getenv)) {
            result = client.upload(sample, request, progress);
          }
          steps.tell("job %d: %,d rows in the table".formatted(result.jobId(), result.totalRows()));
          return result;
        });
  }

  private static void preview(UploaderClient client, Steps steps) throws Exception {
    steps.run(
        "Preview",
        () -> {
          client.preview(TABLE).lines().limit(4).forEach(steps::tell);
          return true;
        });
  }

  private static boolean compare(UploaderClient client, Path sample, Path exported, Steps steps)
      throws Exception {
    steps.run(
        "Export",
        () -> {
          try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(exported))) {
            ExportResult result = client.export(TABLE, out);
            steps.tell(
                "job %d: %d slice(s) to %s".formatted(result.jobId(), result.slices(), exported));
          }
          return true;
        });
    return steps.run(
        "Compare export and input as multisets of records",
        () -> {
          RecordDigest in = RecordDigest.of(sample);
          RecordDigest out = RecordDigest.of(exported);
          JsonNode table = client.get("tables/" + TABLE);
          List<String> columns =
              table.path("columns").valueStream().map(JsonNode::asString).toList();
          boolean header = in.columns().equals(columns);
          steps.tell("columns  %s the table's".formatted(header ? "equal" : "DIFFER FROM"));
          steps.tell("input    %,6d records  sha256 %s".formatted(in.records(), in.sha256()));
          steps.tell("export   %,6d records  sha256 %s".formatted(out.records(), out.sha256()));
          boolean same = header && in.equals(out);
          steps.tell(same ? "the same" : "DIFFERENT");
          return same;
        });
  }

  private static boolean audit(UploaderClient client, UploadResult loaded, Steps steps)
      throws Exception {
    return steps.run(
        "Find in the audit log what just happened",
        () -> {
          String query = "objectId:\"%s\"".formatted(TABLE);
          Instant until = Instant.now().plus(SEARCHABLE);
          while (Instant.now().isBefore(until)) {
            List<JsonNode> events = client.events(query).valueStream().toList();
            boolean complete =
                told(events, "storage.tableExported")
                    && events.stream().anyMatch(event -> isLoad(event, loaded));
            if (complete) {
              events.stream().limit(6).forEach(event -> steps.tell(line(event)));
              return true;
            }
            Thread.sleep(100); // the index is read like any client would
          }
          steps.tell("NOT FOUND within %d s".formatted(SEARCHABLE.toSeconds()));
          return false;
        });
  }

  private static boolean isLoad(JsonNode event, UploadResult loaded) {
    return event.path("event").asString().equals("storage.tableImportDone")
        && event
            .path("attachments")
            .valueStream()
            .anyMatch(file -> file.path("id").asLong() == loaded.fileId());
  }

  private static boolean told(List<JsonNode> events, String name) {
    return events.stream().anyMatch(event -> event.path("event").asString().equals(name));
  }

  private static String line(JsonNode event) {
    return "%s  %-28s %s  by %s from %s"
        .formatted(
            event.path("created").asString(),
            event.path("event").asString(),
            event.path("objectId").asString(),
            event.path("token").path("name").asString(),
            event.path("context").path("remoteAddr").asString("-"));
  }

  private static void next(Home home, PrintWriter out) {
    out.printf(
        """

        Next:
          set -a; . %s; set +a
          curl --cacert "$PENSTOCK_CA" -H "X-StorageApi-Token: $STORAGE_API_TOKEN" "$STORAGE_API_URL/v2/storage/tables/%s"
          bin/penstock upload FILE.csv --table in.c-main.mine --primary-key id
          bin/penstock status | logs | admin --help | down
        """,
        home.environmentFile(), TABLE);
    out.flush();
  }

  /** Numbers the steps and tells how long each took. */
  private static final class Steps {
    private final PrintWriter out;
    private int number;

    Steps(PrintWriter out) {
      this.out = out;
    }

    PrintWriter out() {
      return out;
    }

    <T> T run(String title, Callable<T> step) throws Exception {
      out.printf("%n%d. %s%n", ++number, title);
      out.flush();
      long begin = System.nanoTime();
      T result = step.call();
      out.printf("   took %.2f s%n", (System.nanoTime() - begin) / 1e9);
      out.flush();
      return result;
    }

    void tell(String line) {
      out.println("   " + line);
      out.flush();
    }
  }
}
