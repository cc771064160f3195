package io.penstock.trail.cli;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks what Penstock's audit log says, without believing Penstock. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = ExitCode.WRONG_USE,
    description = "Checks the audit log, one exported proof, or an import's receipt.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:verified",
      "1:wrong use",
      "2:NOT verified: something was altered, is missing, or is not what was signed",
      "3:could not be read",
      "4:the copy was made while the log grew: copy again"
    })
public final class AuditCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private AuditCommand() {}

  /**
   * The command with all that stands under it.
   *
   * @param environment variables by their names; null: not set
   */
  public static CommandLine commandLine(Function<String, @Nullable String> environment) {
    return new CommandLine(new AuditCommand())
        .addSubcommand(new VerifyCommand(environment))
        .addSubcommand(new ProofCommand())
        .addSubcommand(new ReceiptCommand())
        .addSubcommand(new KeyCommand(environment));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to check, for example: audit verify --dir COPY --key FILE");
  }
}
