package io.penstock.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bin/bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures loads and exports of the whole platform against psql on the same server, in turn.",
    footer = {
      "",
      "Exit code: 0 when all was measured and verified, whether targets were met or not; 1 when not."
    })
public final class Bench implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rows",
      defaultValue = "5000000",
      description = "Rows of the large table; an upsert has a fifth. Default: ${DEFAULT-VALUE}.")
  private long rows;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often each side is measured. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Of ${COMPLETION-CANDIDATES}; default: all.")
  private List<Scenario> only = List.of();

  @Option(
      names = "--small-loads",
      defaultValue = "300",
      description =
          "Loads of ten rows, after a sixth of them to warm up. Default: ${DEFAULT-VALUE}.")
  private int smallLoads;

  @Option(
      names = "--idle-wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "How long to wait before each run for an idle machine; 0: neither wait nor repeat what others disturbed. Default: ${DEFAULT-VALUE}.")
  private int idleWait;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "State of the platform, wiped at the start. Default: bench/target/home.")
  private @Nullable Path home;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description = "Where the result goes. Default: bench/results.")
  private @Nullable Path results;

  @Option(
      names = "--profile",
      description =
          "Record worker and platform with Java Flight Recorder, a file for each in bench/target/profiles. Costs a little speed.")
  private boolean profile;

  @Option(
      names = "--keep",
      description = "Keep state and logs when all went well; after a failure they always stay.")
  private boolean keep;

  public static void main(String... arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Bench())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (failure, command, _) -> {
              String text = failure.getMessage();
              command.getErr().println("error: " + (text == null ? failure.toString() : text));
              return 1;
            });
  }

  @Override
  public Integer call() throws Exception {
    require(rows >= 100 && rows <= 1_000_000_000L, "--rows must be from 100 to 1000000000");
    require(rounds >= 1 && rounds <= 100, "--rounds must be from 1 to 100");
    require(smallLoads >= 6 && smallLoads <= 100_000, "--small-loads must be from 6 to 100000");
    require(idleWait >= 0 && idleWait <= 3600, "--idle-wait must be from 0 to 3600");
    PrintWriter out = spec.commandLine().getOut();
    Path root = Path.of(System.getProperty("penstock.root", ".")).toAbsolutePath().normalize();
    Path target = root.resolve("bench/target");
    BenchRun run =
        new BenchRun(
            new Checkout(root),
            BenchHome.wiped(home == null ? target.resolve("home") : home),
            new DataSet(target.resolve("data"), rows),
            new Comparisons.Extent(rounds, smallLoads),
            Duration.ofSeconds(idleWait),
            profile ? target.resolve("profiles") : null,
            line -> {
              out.println(line);
              out.flush();
            });
    BenchResult result = run.run(scenarios());
    new ResultTable(out).print(result);
    Path file = result.writeTo(results == null ? root.resolve("bench/results") : results);
    out.println("Written to " + file);
    if (!keep) {
      run.home().delete();
    }
    return 0;
  }

  private Set<Scenario> scenarios() {
    return only.isEmpty() ? EnumSet.allOf(Scenario.class) : EnumSet.copyOf(only);
  }

  private void require(boolean right, String message) {
    if (!right) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
