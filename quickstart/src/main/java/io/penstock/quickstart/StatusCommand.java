package io.penstock.quickstart;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Asks every service whether it is ready. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Says of each service whether it is ready; exit code 0 when all are, else 1.")
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    Home home = Penstock.home();
    PrintWriter out = spec.commandLine().getOut();
    var running = RunningPlatform.find(home);
    if (running.isEmpty()) {
      out.println("Penstock is not running on " + home.root());
      return 1;
    }
    out.printf("Penstock is running on %s (process %d)%n", home.root(), running.get().pid());
    boolean allReady = true;
    try (Readiness readiness = new Readiness(home, Ports.load(home))) {
      for (Service service : Service.values()) {
        String state = readiness.of(service);
        allReady &= state.equals(Readiness.READY);
        out.printf("  %-15s %s%n", service.label(), state);
      }
    }
    if (allReady) {
      UpCommand.printWhere(home, out);
    }
    return allReady ? 0 : 1;
  }
}
