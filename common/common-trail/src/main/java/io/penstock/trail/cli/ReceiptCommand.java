package io.penstock.trail.cli;

import io.penstock.model.Json;
import io.penstock.trail.verify.ReceiptFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code audit receipt}: what was loaded is what was sent, and the log says so. */
@Command(
    name = "receipt",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = ExitCode.WRONG_USE,
    description = "Checks an import's receipt against the log and the uploaded file.")
final class ReceiptCommand implements Callable<Integer> {
  private static final int LONGEST = 64 << 20;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private KeyOptions keys = new KeyOptions();
  @Mixin private OriginOptions origin = new OriginOptions();

  @Parameters(
      paramLabel = "FILE",
      description = "The receipt, as GET /v2/audit/receipt/{job} gives it.")
  private Path file = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "The file as it was uploaded (packed, if it was); repeated for each slice. Default: only"
              + " the receipt is checked.")
  private List<Path> data = List.of();

  @Option(names = "--json", description = "Prints the outcome as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    return Check.run(spec.commandLine().getErr(), this::check);
  }

  private int check() throws IOException {
    ReceiptFile receipt = Texts.parse(file, LONGEST, ReceiptFile::parse);
    data.forEach(Texts::requireFile);
    List<String> problems = receipt.check(keys.read(), origin.name(), data);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(report(receipt, problems)));
    } else if (problems.isEmpty()) {
      out.println(
          "VERIFIED: record %d of the log says that %,d records were read and %s"
              .formatted(
                  receipt.proof().index(),
                  receipt.receipt().path("recordsRead").asLong(0),
                  data.isEmpty()
                      ? "no file was given to compare"
                      : "the files are what was loaded"));
    } else {
      out.println("NOT VERIFIED");
      problems.forEach(problem -> out.println("  " + Texts.printable(problem)));
    }
    return problems.isEmpty() ? ExitCode.VERIFIED : ExitCode.NOT_VERIFIED;
  }

  private Map<String, Object> report(ReceiptFile receipt, List<String> problems) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("verified", problems.isEmpty());
    report.put("index", receipt.proof().index());
    report.put("filesCompared", data.size());
    report.put("problems", problems);
    return report;
  }
}
