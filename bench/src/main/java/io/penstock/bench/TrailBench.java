package io.penstock.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bin/bench-trail}. */
@Command(
    name = "bench-trail",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures the audit trail: what recording costs a call, what log and index absorb, how soon"
            + " records are found, and searches in a large index.",
    footer = {
      "",
      "Exit code: 0 when all was measured and verified, whether targets were met or not; 1 when"
          + " not."
    })
public final class TrailBench implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "Some of ${COMPLETION-CANDIDATES}. Default: all.")
  private Set<TrailPart> only = EnumSet.allOf(TrailPart.class);

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Of calls, recorded and not in turn. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "15",
      description = "Length of a round. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "60",
      description =
          "Seconds of calls before the rounds, until the JVM has compiled what is called. Default:"
              + " ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--connections",
      defaultValue = "32",
      description = "Clients that call at once. Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--flood",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "Length of the flood that is absorbed. Default: ${DEFAULT-VALUE}.")
  private int flood;

  @Option(
      names = "--lag-rate",
      paramLabel = "CALLS",
      defaultValue = "200",
      description = "Calls a second while records are searched for. Default: ${DEFAULT-VALUE}.")
  private int lagRate;

  @Option(
      names = "--lag-seconds",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "For how long. Default: ${DEFAULT-VALUE}.")
  private int lagSeconds;

  @Option(
      names = "--records",
      defaultValue = "5000000",
      description = "In the index that is searched. Default: ${DEFAULT-VALUE}.")
  private long records;

  @Option(
      names = "--searches",
      defaultValue = "480",
      description = "Searches, with and without a count. Default: ${DEFAULT-VALUE}.")
  private int searches;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "State of the platforms and the index, wiped at the start. Default:"
              + " bench/target/home-trail.")
  private @Nullable Path home;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description = "Where the result goes. Default: bench/results.")
  private @Nullable Path results;

  public static void main(String... arguments) {
    CommandLine command = new CommandLine(new TrailBench());
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setExecutionExceptionHandler(
        (failure, line, _) -> {
          String text = failure.getMessage();
          line.getErr().println("error: " + (text == null ? failure.toString() : text));
          return 1;
        });
    System.exit(command.execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    require(rounds, 1, 100, "--rounds");
    require(seconds, 1, 3600, "--seconds");
    require(warmUp, 1, 3600, "--warm-up");
    require(connections, 1, 1000, "--connections");
    require(flood, 1, 3600, "--flood");
    require(lagRate, 1, 2_000, "--lag-rate");
    require(lagSeconds, 1, 3600, "--lag-seconds");
    require(records, 1_000, 100_000_000, "--records");
    require(searches, 1, 100_000, "--searches");
    PrintWriter out = spec.commandLine().getOut();
    Path root = Path.of(System.getProperty("penstock.root", ".")).toAbsolutePath().normalize();
    Checkout checkout = new Checkout(root);
    BenchHome state =
        BenchHome.wiped(home == null ? root.resolve("bench/target/home-trail") : home);
    TrailResult result =
        new TrailRun(checkout, state, only, settings(checkout), line -> told(out, line)).run();
    new TrailTable(out).print(result);
    out.println(
        "Written to "
            + BenchResult.writeTo(
                results == null ? root.resolve("bench/results") : results, result));
    state.delete();
    return 0;
  }

  private static void told(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private TrailResult.Settings settings(Checkout checkout) throws java.io.IOException {
    return new TrailResult.Settings(
        rounds,
        seconds,
        warmUp,
        connections,
        flood,
        lagRate,
        lagSeconds,
        records,
        searches,
        checkout.platformFlags(),
        Checkout.INDEX_HEAP);
  }

  private void require(long number, long least, long most, String option) {
    if (number < least || number > most) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "%s must be from %d to %d", option, least, most));
    }
  }
}
