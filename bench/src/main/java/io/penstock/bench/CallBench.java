package io.penstock.bench;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bin/bench-calls}. */
@Command(
    name = "bench-calls",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures small calls of the API against a bare Spring MVC endpoint on the same machine, in"
            + " turn.",
    footer = {
      "",
      "Exit code: 0 when all was measured and verified, whether targets were met or not; 1 when"
          + " not."
    })
public final class CallBench implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often each side is measured. Default: ${DEFAULT-VALUE}.")
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
      description = "For tokens/verify and the bare endpoint. Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--buckets",
      defaultValue = "2000",
      description = "All of them in the token's permissions. Default: ${DEFAULT-VALUE}.")
  private int buckets;

  @Option(
      names = "--bucket-connections",
      defaultValue = "1",
      description = "For GET buckets. Default: ${DEFAULT-VALUE}.")
  private int bucketConnections;

  @Option(
      names = "--idle-wait",
      defaultValue = "60",
      description =
          "Seconds to wait, at most, for a second in which the machine is idle, before each round."
              + " Default: ${DEFAULT-VALUE}.")
  private int idleWait;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "State of the platform, wiped at the start. Default: bench/target/home-calls.")
  private @Nullable Path home;

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description = "Where the result goes. Default: bench/results.")
  private @Nullable Path results;

  public static void main(String... arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine command = new CommandLine(new CallBench());
    command.setExecutionExceptionHandler(
        (failure, line, _) -> {
          String text = failure.getMessage();
          line.getErr().println("error: " + (text == null ? failure.toString() : text));
          return 1;
        });
    return command;
  }

  @Override
  public Integer call() throws Exception {
    require(rounds, 1, 100, "--rounds");
    require(seconds, 1, 3600, "--seconds");
    require(warmUp, 1, 3600, "--warm-up");
    require(connections, 1, 1000, "--connections");
    require(buckets, 1, 10_000, "--buckets");
    require(bucketConnections, 1, 1000, "--bucket-connections");
    require(idleWait, 0, 3600, "--idle-wait");
    PrintWriter out = spec.commandLine().getOut();
    Path root = Path.of(System.getProperty("penstock.root", ".")).toAbsolutePath().normalize();
    Checkout checkout = new Checkout(root);
    CallRun run =
        new CallRun(
            checkout,
            BenchHome.wiped(home == null ? root.resolve("bench/target/home-calls") : home),
            new CallResult.Settings(
                rounds,
                seconds,
                warmUp,
                connections,
                buckets,
                bucketConnections,
                idleWait,
                Wrk.version(),
                checkout.platformFlags()),
            line -> {
              out.println(line);
              out.flush();
            });
    CallResult result = run.run();
    print(result, out);
    out.println(
        "Written to "
            + BenchResult.writeTo(
                results == null ? root.resolve("bench/results") : results, result));
    run.home().delete();
    return 0;
  }

  private void print(CallResult result, PrintWriter out) {
    out.println();
    CallResult.Targets targets = result.targets();
    line(out, "tokens/verify", result.verifyMedian());
    line(out, "bare", result.bareMedian());
    line(out, "buckets", result.bucketsMedian());
    out.printf(
        Locale.ROOT,
        "tokens/verify: %,.0f/s (to be %,.0f), %.3f of bare (to be %.1f), p99 %.2f ms (to be below"
            + " %.0f)%n",
        result.verifyMedian().perSecond(),
        targets.verifyPerSecond(),
        result.ratioToBare(),
        targets.ratioToBare(),
        result.verifyMedian().p99Ms(),
        targets.verifyP99Ms());
    out.printf(
        Locale.ROOT,
        "buckets, %,d of them: p99 %.2f ms (to be below %.0f)%n",
        result.settings().buckets(),
        result.bucketsMedian().p99Ms(),
        targets.bucketsP99Ms());
    out.printf(Locale.ROOT, "%,d audit records, as many as the calls leave%n", result.recorded());
  }

  private static void line(PrintWriter out, String name, CallResult.Summary of) {
    out.printf(
        Locale.ROOT,
        "%-14s %,9.0f/s   p50 %7.2f ms   p99 %7.2f ms   (medians of the rounds)%n",
        name,
        of.perSecond(),
        of.p50Ms(),
        of.p99Ms());
  }

  private void require(int number, int least, int most, String option) {
    if (number < least || number > most) {
      throw new ParameterException(
          spec.commandLine(), "%s must be from %d to %d".formatted(option, least, most));
    }
  }
}
