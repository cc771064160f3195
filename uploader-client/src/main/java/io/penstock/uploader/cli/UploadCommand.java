package io.penstock.uploader.cli;

import io.penstock.uploader.Progress;
import io.penstock.uploader.ReceiptMismatchException;
import io.penstock.uploader.UploadGaveUpException;
import io.penstock.uploader.UploadRefusedException;
import io.penstock.uploader.UploadRequest;
import io.penstock.uploader.UploadResult;
import io.penstock.uploader.UploaderClient;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Uploads one file into one table: a picocli command that may stand under any other. */
@Command(
    name = "upload",
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeOnInvalidInput = ExitCode.WRONG_INPUT,
    exitCodeOnExecutionException = ExitCode.WRONG_INPUT,
    description =
        "Uploads a CSV file and loads it into a table, which is created when it does not exist.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:The rows are in the table.",
      "1:The input or the configuration is wrong.",
      "2:The server refused, or its job ended with an error: the message says what to change.",
      "3:The server or the network failed for too long, the job took longer than --timeout, the"
          + " server loaded something else than was sent, or another process is at the same upload."
          + " The same command, run again, goes on where this one ended."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ${COMMAND-FULL-NAME} users.csv --table in.c-main.users --primary-key id",
      "  ${COMMAND-FULL-NAME} new.csv.gz --table in.c-main.users --incremental",
      "  ${COMMAND-FULL-NAME} report.csv --table in.c-main.report --delimiter tab",
      "  ${COMMAND-FULL-NAME} large.csv --table in.c-main.large --gzip --json --quiet"
    })
public final class UploadCommand implements Callable<Integer> {
  private final Environment environment;
  private final Function<Environment, OptionalInt> terminalWidth;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "FILE",
      description = "CSV file, plain or gzip (.gz); its first line names the columns.")
  private Path file = Path.of("");

  @Option(
      names = "--table",
      required = true,
      paramLabel = "TABLE",
      description = "Where the rows go, for example in.c-main.users.")
  private String table = "";

  @Option(
      names = "--incremental",
      description =
          "Add the rows and update those whose primary key is known, instead of replacing all.")
  private boolean incremental;

  @Option(
      names = "--primary-key",
      paramLabel = "COLUMN",
      split = ",",
      description = "Key of a new table: one column, or several with commas between.")
  private List<String> primaryKey = List.of();

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "Character between fields; the word tab for a tabulator. Default: a comma.")
  private String delimiter = ",";

  @Option(
      names = "--enclosure",
      paramLabel = "CHAR",
      description = "Character around quoted fields, empty for none. Default: a double quote.")
  private String enclosure = "\"";

  @Option(
      names = "--create-bucket",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Create the bucket when it does not exist; --no-create-bucket refuses instead.")
  private boolean createBucket = true;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress, only the closing line.")
  private boolean quiet;

  @Option(
      names = "--json",
      description =
          "Instead of the closing line, one JSON object on standard output, also after a failure;"
              + " progress on standard error.")
  private boolean json;

  @SuppressWarnings("UnusedVariable") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  private boolean help;

  @Mixin private TransferOptions transfer = new TransferOptions();

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  /** Reads the process's environment. */
  public UploadCommand() {
    this(System::getenv);
  }

  /**
   * @param environment stands in for the process's, for programs that know the server's address
   *     themselves
   */
  public UploadCommand(Environment environment) {
    this(environment, TerminalWidth::ofThisProcess);
  }

  /**
   * @param terminalWidth columns of the terminal; empty when there is none
   */
  UploadCommand(Environment environment, Function<Environment, OptionalInt> terminalWidth) {
    this.environment = environment;
    this.terminalWidth = terminalWidth;
  }

  /**
   * Makes {@code --json} hold for wrong usage too, which is found before the command is called.
   *
   * @param program that this command stands under
   */
  public static CommandLine reporting(CommandLine program) {
    IParameterExceptionHandler usual = program.getParameterExceptionHandler();
    return program.setParameterExceptionHandler(
        (failure, arguments) -> {
          int exitCode = usual.handleParseException(failure, arguments);
          CommandLine command = failure.getCommandLine();
          if (command.getCommand() instanceof UploadCommand
              && List.of(arguments).contains("--json")) {
            var report = new UploadReport(ProgressDisplay.of(Progress.NONE));
            String message = String.valueOf(failure.getMessage());
            command.getOut().println(report.failure(exitCode, message, null));
          }
          return exitCode;
        });
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (var report = new UploadReport(display(out, err))) {
      return upload(out, err, report);
    }
  }

  private int upload(PrintWriter out, PrintWriter err, UploadReport report) {
    Failure failure;
    try (UploaderClient client =
        transfer.build(connection.settings(environment, err), environment, err)) {
      UploadResult result = client.upload(file, request(), report);
      report.close();
      out.println(json ? report.success(result) : closingLine(result));
      return ExitCode.DONE;
    } catch (UploadRefusedException refusal) {
      failure = new Failure(ExitCode.REFUSED, "refused: ", refusal.text(), refusal);
    } catch (UploadGaveUpException gaveUp) {
      failure = new Failure(ExitCode.GAVE_UP, "gave up: ", gaveUp.text(), null);
    } catch (ReceiptMismatchException mismatch) {
      failure = new Failure(ExitCode.GAVE_UP, "not what was sent: ", mismatch.text(), null);
    } catch (IllegalArgumentException | UncheckedIOException wrong) {
      failure =
          new Failure(ExitCode.WRONG_INPUT, "error: ", String.valueOf(wrong.getMessage()), null);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      failure = new Failure(ExitCode.GAVE_UP, "", "interrupted", null);
    } catch (RuntimeException ours) { // a scheduler must get its answer even then
      failure = new Failure(ExitCode.WRONG_INPUT, "error: ", ours.toString(), null);
    }
    report.close();
    tell(failure, out, err, report);
    return failure.exitCode();
  }

  private record Failure(
      int exitCode, String kind, String message, @Nullable UploadRefusedException refusal) {}

  private void tell(Failure failure, PrintWriter out, PrintWriter err, UploadReport report) {
    UploadRefusedException refusal = failure.refusal();
    err.println(failure.kind() + failure.message() + (refusal == null ? "" : details(refusal)));
    if (refusal != null) {
      Problems.lines(refusal).forEach(err::println);
    }
    if (json) {
      out.println(report.failure(failure.exitCode(), failure.message(), refusal));
    }
  }

  private UploadRequest request() {
    return UploadRequest.into(table)
        .withIncremental(incremental)
        .withPrimaryKey(primaryKey)
        .withDelimiter(delimiter.equals("tab") || delimiter.equals("\\t") ? "\t" : delimiter)
        .withEnclosure(enclosure)
        .withCreateBucket(createBucket)
        .withGzip(transfer.gzipLevel());
  }

  private ProgressDisplay display(PrintWriter out, PrintWriter err) {
    if (quiet) {
      return ProgressDisplay.of(Progress.NONE);
    }
    return ProgressDisplay.of(json ? err : out, err, terminalWidth.apply(environment));
  }

  private static String details(UploadRefusedException refusal) {
    String code = refusal.code().isEmpty() ? "" : " [" + refusal.code() + "]";
    String id = refusal.exceptionId().isEmpty() ? "" : " (" + refusal.exceptionId() + ")";
    String hint =
        refusal.code().equals("storage.buckets.notFound")
            ? "; leave out --no-create-bucket to have it made"
            : "";
    return code + id + hint;
  }

  private static String closingLine(UploadResult result) {
    return String.format(
        Locale.ROOT,
        "%d rows in %.1f s into %s%s, which has %d rows now (job %d%s)",
        result.rows(),
        result.took().toMillis() / 1000.0,
        result.created() ? "the new table " : "",
        result.table(),
        result.totalRows(),
        result.jobId(),
        result.compared() ? ", SHA-256 compared" : "");
  }
}
