package io.penstock.uploader.cli;

import io.penstock.trail.cli.AuditCommand;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The executable: {@code penstock-uploader upload …} and {@code penstock-uploader audit …}. */
@Command(
    name = "penstock-uploader",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    versionProvider = PenstockUploader.Version.class,
    exitCodeOnInvalidInput = ExitCode.WRONG_INPUT,
    exitCodeOnExecutionException = ExitCode.WRONG_INPUT,
    description = "Brings CSV files into a Penstock warehouse, and checks what its audit log says.",
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  STORAGE_API_URL        address of the server",
      "  STORAGE_API_TOKEN      the token",
      "  PENSTOCK_CA            PEM file of the authority that signed the server's certificate",
      "  AWS_ENDPOINT_URL_S3    address of an S3-compatible object store",
      "  AWS_REGION             region of the object store, where the server names none",
      "  PENSTOCK_UPLOAD_STATE  folder in which uploads are remembered until they are over"
    })
public final class PenstockUploader implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  public static void main(String... arguments) {
    // No logging backend is in the jar, and SLF4J would say so:
    // https://www.slf4j.org/faq.html#verbosity
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.exit(commandLine(new UploadCommand(), System::getenv).execute(arguments));
  }

  static CommandLine commandLine(UploadCommand upload, Environment environment) {
    return UploadCommand.reporting(
            new CommandLine(new PenstockUploader())
                .addSubcommand(upload)
                .addSubcommand(AuditCommand.commandLine(environment::value)))
        .setExecutionExceptionHandler(
            (failure, command, _) -> {
              PrintWriter err = command.getErr();
              err.printf(
                  "error: %s: %s%n", failure.getClass().getSimpleName(), failure.getMessage());
              return ExitCode.WRONG_INPUT;
            });
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "What shall be done? Give a command.");
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = PenstockUploader.class.getPackage().getImplementationVersion();
      return new String[] {"penstock-uploader " + (version == null ? "(not packaged)" : version)};
    }
  }
}
