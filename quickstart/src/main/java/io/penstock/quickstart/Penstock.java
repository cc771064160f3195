package io.penstock.quickstart;

import io.penstock.trail.cli.AuditCommand;
import io.penstock.uploader.cli.UploadCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bin/penstock}. */
@Command(
    name = "penstock",
    mixinStandardHelpOptions = true,
    version = "penstock 0.1.0",
    description =
        "Penstock on this machine: all services in one process, state in $$PENSTOCK_HOME (default:"
            + " .penstock in the checkout).",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      AdminCommand.class,
      RunCommand.class,
      HelpCommand.class
    })
public final class Penstock implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  public static void main(String... arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return UploadCommand.reporting(
            new CommandLine(new Penstock())
                .addSubcommand(new UploadCommand(Penstock::variable))
                .addSubcommand(AuditCommand.commandLine(Penstock::variable)))
        .setExecutionExceptionHandler(
            (failure, command, _) -> {
              String text = failure.getMessage();
              command.getErr().println("error: " + (text == null ? failure.toString() : text));
              return 1;
            });
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "What shall be done? Give a command.");
  }

  /** The folder of this installation. */
  static Home home() throws IOException {
    String given = System.getenv("PENSTOCK_HOME");
    return Home.at(
        given == null || given.isBlank()
            ? Path.of(System.getProperty("penstock.root", "."), ".penstock")
            : Path.of(given));
  }

  /** A variable of the shell, else of {@code quickstart.env}: an upload needs nothing to be set. */
  private static @Nullable String variable(String name) {
    String set = System.getenv(name);
    if (set != null && !set.isBlank()) {
      return set;
    }
    try {
      Map<String, String> variables = QuickstartEnvironment.read(home());
      return variables.get(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
