package io.penstock.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Ends what {@code up} started on this home, and nothing else. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Ends the platform; its state stays in $$PENSTOCK_HOME.")
final class DownCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = Penstock.home();
    PrintWriter out = spec.commandLine().getOut();
    Optional<ProcessHandle> running = RunningPlatform.find(home);
    if (running.isPresent()) {
      RunningPlatform.stop(running.get(), PATIENCE);
    }
    int left = Leftovers.stop(home);
    if (running.isEmpty() && left == 0) {
      out.println("Penstock is not running on " + home.root());
    } else {
      out.println("Penstock has ended. Its state is in " + home.root());
    }
    return 0;
  }
}
