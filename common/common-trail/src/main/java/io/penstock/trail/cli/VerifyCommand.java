package io.penstock.trail.cli;

import io.penstock.model.Json;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.NoteKey;
import io.penstock.trail.SignedNote;
import io.penstock.trail.http.HttpLog;
import io.penstock.trail.http.LogServer;
import io.penstock.trail.http.SearchExport;
import io.penstock.trail.verify.DirectoryLog;
import io.penstock.trail.verify.LogCopy;
import io.penstock.trail.verify.LogVerifier;
import io.penstock.trail.verify.SearchRows;
import io.penstock.trail.verify.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code audit verify}: the whole log. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = ExitCode.WRONG_USE,
    description =
        "Checks a whole log, copied into a folder or at a server: signature, tiles, entries,"
            + " segments, values, the checkpoints that you kept, and the search.")
final class VerifyCommand implements Callable<Integer> {
  private static final int LONGEST_NOTE = 1 << 20;
  private static final List<String> PARTS =
      List.of("checkpoint", "checkpoints", "tile", "segments");
  private static final int LONGEST_ANSWER = 1 << 20;

  private final Function<String, @Nullable String> environment;
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private KeyOptions keys = new KeyOptions();
  @Mixin private OriginOptions origin = new OriginOptions();
  @Mixin private ServerOptions server = new ServerOptions();

  @Option(
      names = "--dir",
      paramLabel = "FOLDER",
      description = "A copy of the log's files; nothing else is needed, no server and no network.")
  private @Nullable Path directory;

  @Option(
      names = "--project",
      paramLabel = "ID",
      description =
          "With --from: the project that the token has to be of. With --dir: whose records --export"
              + " has.")
  private @Nullable Long project;

  @Option(
      names = "--known",
      paramLabel = "FILE",
      description =
          "A checkpoint that you kept: the log has to be its continuation. May be repeated.")
  private List<Path> known = List.of();

  @Option(
      names = "--save-checkpoint",
      paramLabel = "FILE",
      description = "Keeps the checkpoint that was verified, for the next time's --known.")
  private @Nullable Path save;

  @Option(
      names = "--export",
      paramLabel = "FILE",
      description =
          "With --dir: an export of the search as JSON lines, to be compared with the log. --from"
              + " fetches it.")
  private @Nullable Path export;

  @Option(names = "--json", description = "Prints the report as JSON.")
  private boolean json;

  VerifyCommand(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    return Check.run(spec.commandLine().getErr(), this::check);
  }

  private int check() throws IOException {
    List<NoteKey> trusted = keys.read();
    List<SignedNote> checkpoints = new ArrayList<>();
    for (Path file : known) {
      checkpoints.add(checkpoint(file));
    }
    if (save != null) {
      Texts.requireFolderOf(save);
    }
    if (directory != null && server.given()) {
      throw new IllegalArgumentException("give --dir or --from, not both");
    }
    if (directory != null) {
      requireLog(directory);
      if (export != null) {
        Texts.requireFile(export);
      }
      return report(
          new DirectoryLog(directory),
          trusted,
          checkpoints,
          export == null ? null : SearchExport.of(export, project));
    }
    if (export != null) {
      throw new IllegalArgumentException("--export goes with --dir; a server is asked itself");
    }
    try (LogServer asked = server.connect(environment);
        HttpLog log = new HttpLog(asked)) {
      SearchRows rows = SearchExport.of(asked, projectOf(asked));
      return report(log, trusted, checkpoints, log.hasEntries() ? rows : null);
    }
  }

  /** A folder beside the copy is a mistake, and not a log from which all was taken. */
  private static void requireLog(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException("there is no folder " + directory);
    }
    if (PARTS.stream().noneMatch(part -> Files.exists(directory.resolve(part)))) {
      throw new IllegalArgumentException(
          "%s holds no log: that has %s".formatted(directory, String.join(", ", PARTS)));
    }
  }

  private static SignedNote checkpoint(Path file) {
    return Texts.parse(
        file,
        LONGEST_NOTE,
        text -> {
          SignedNote note = SignedNote.parse(text);
          Checkpoint _ = Checkpoint.parse(note.text());
          return note;
        });
  }

  private long projectOf(LogServer asked) throws IOException {
    byte[] answer =
        asked
            .read("/v2/storage/tokens/verify", LONGEST_ANSWER)
            .orElseThrow(() -> new IOException(asked.base() + " is no Storage API"));
    JsonNode token = Json.mapper().readTree(answer);
    long actual = token.path("owner").path("id").asLong(-1);
    if (project != null && project != actual) {
      throw new IllegalArgumentException(
          "the token is of project %d, not of %d".formatted(actual, project));
    }
    return actual;
  }

  /** Reads, prints, and keeps the checkpoint. */
  private int report(
      LogCopy copy, List<NoteKey> trusted, List<SignedNote> checkpoints, @Nullable SearchRows rows)
      throws IOException {
    LogVerifier verifier = new LogVerifier(copy, trusted, Clock.systemUTC());
    checkpoints.forEach(verifier::knowing);
    String log = origin.name();
    if (log != null) {
      verifier.of(log);
    }
    if (rows != null) {
      verifier.comparing(rows);
    }
    Verification result = verified(verifier);
    PrintWriter out = spec.commandLine().getOut();
    VerifyReport report = new VerifyReport(copy, result, checkpoints.size(), rows != null);
    out.println(json ? report.json() : report.text());
    if (result.verified() && save != null && result.note() != null) {
      Texts.write(save, result.note().toString());
    }
    return exitCode(result);
  }

  /** Whatever a log says, it is no wrong use. */
  private static Verification verified(LogVerifier verifier) {
    try {
      return verifier.verify();
    } catch (IllegalArgumentException e) {
      throw new UncheckedIOException(new IOException("the log: " + e.getMessage(), e));
    }
  }

  private static int exitCode(Verification result) {
    if (result.verified()) {
      return ExitCode.VERIFIED;
    }
    return result.mayHaveGrown() ? ExitCode.COPY_AGAIN : ExitCode.NOT_VERIFIED;
  }
}
