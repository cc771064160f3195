package io.penstock.uploader.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.uploader.PlayedServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class UploadCommandTest {
  private final Path folder;
  private final PlayedServer server;
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private OptionalInt width = OptionalInt.empty();

  UploadCommandTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.server = new PlayedServer(folder);
    Files.writeString(folder.resolve("users.csv"), "id,name\n1,a\n2,b\n");
    environment.put("STORAGE_API_URL", server.uri().toString());
    environment.put("STORAGE_API_TOKEN", PlayedServer.TOKEN);
    environment.put("AWS_ENDPOINT_URL_S3", server.uri().toString());
    environment.put("PENSTOCK_UPLOAD_STATE", folder.resolve("state").toString());
    server.api().addBucket("in.c-main");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int run(String... more) {
    String file = folder.resolve("users.csv").toString();
    return execute(
        Stream.concat(Stream.of("upload", file), Stream.of(more)).toArray(String[]::new));
  }

  private int execute(String... arguments) {
    CommandLine command =
        PenstockUploader.commandLine(
            new UploadCommand(environment::get, _ -> width), environment::get);
    return command
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void closingLineOfSuccessIsAllOfStandardOutput() {
    assertThat(run("--table", "in.c-main.users")).isZero();

    assertThat(out.toString())
        .matches(
            "2 rows in [0-9]+\\.[0-9] s into the new table in\\.c-main\\.users, which has 2 rows"
                + " now \\(job [0-9]+, SHA-256 compared\\)\\R");
    assertThat(err.toString()).startsWith("sending 16 B").contains("importing");
  }

  @Test
  void quietUploadSaysNothingButTheClosingLine() {
    assertThat(run("--table", "in.c-main.users", "--quiet")).isZero();

    assertThat(out.toString()).hasLineCount(1);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void terminalIsClearedBeforeTheClosingLine() {
    width = OptionalInt.of(60);

    assertThat(run("--table", "in.c-main.users")).isZero();

    assertThat(out.toString()).contains("\rpreparing", "\rsending [", "\rimporting");
    assertThat(out.toString()).containsPattern("\r\u001b\\[K2 rows in");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void wrongInputIsOneAndSaysWhatIsWrong() {
    assertThat(run("--table", "users")).isEqualTo(1);
    assertThat(run("--table", "in.c-main.users", "--delimiter", "::")).isEqualTo(1);
    assertThat(execute("upload", "none.csv", "--table", "in.c-main.users")).isEqualTo(1);

    assertThat(err.toString().lines())
        .containsExactly(
            "error: \"users\" is not a table's id: it looks like in.c-main.users",
            "error: the delimiter has to be one character, not 2",
            "error: none.csv does not exist");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void wrongUsageIsOneAndShowsTheUsage() {
    assertThat(run()).isEqualTo(1);
    assertThat(execute("upload", "--table", "in.c-main.users")).isEqualTo(1);
    assertThat(execute("uplaod")).isEqualTo(1);
    assertThat(execute()).isEqualTo(1);

    assertThat(err.toString())
        .contains("Missing required option: '--table=TABLE'")
        .contains("Missing required parameter: 'FILE'")
        .contains("Usage: penstock-uploader");
  }

  @Test
  void missingConfigurationIsOneAndNamesTheVariable() {
    environment.remove("STORAGE_API_URL");
    assertThat(run("--table", "in.c-main.users")).isEqualTo(1);
    environment.put("STORAGE_API_URL", server.uri().toString());
    environment.put("STORAGE_API_TOKEN", "  ");
    assertThat(run("--table", "in.c-main.users")).isEqualTo(1);

    assertThat(err.toString().lines())
        .containsExactly(
            "error: which server? Give --url or set STORAGE_API_URL",
            "error: which token? Give --token-file or set STORAGE_API_TOKEN");
  }

  @Test
  void refusalIsTwoWithCodeAndWhatToDo() {
    assertThat(run("--table", "in.c-none.users", "--no-create-bucket")).isEqualTo(2);

    assertThat(err.toString())
        .isEqualTo(
            "refused: the bucket in.c-none does not exist [storage.buckets.notFound];"
                + " leave out --no-create-bucket to have it made\n");
  }

  @Test
  void unknownTokenIsTwo() {
    environment.put("STORAGE_API_TOKEN", "12-1-unknown");

    assertThat(run("--table", "in.c-main.users")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("refused: Invalid access token [storage.tokenInvalid] (kbc-1)\n");
  }

  @Test
  void serverThatAsksForTooMuchPatienceIsThree() {
    server.failNext(
        "GET",
        call -> {
          call.exchange().getResponseHeaders().set("Retry-After", "86400");
          call.refuse(503, "", "maintenance");
        });

    assertThat(run("--table", "in.c-main.users")).isEqualTo(3);
    assertThat(err.toString()).startsWith("gave up: GET tokens/verify:").contains("maintenance");
  }

  @Test
  void missingBucketIsCreated() {
    assertThat(run("--table", "out.c-new.users", "--primary-key", "id,name")).isZero();
  }

  @Test
  void tokenAsArgumentWorksWithWarning() {
    environment.remove("STORAGE_API_TOKEN");

    assertThat(run("--table", "in.c-main.users", "--token", PlayedServer.TOKEN)).isZero();
    assertThat(err.toString())
        .contains("warning: the token stands in the list of processes")
        .doesNotContain(PlayedServer.TOKEN);
  }

  @Test
  void tokenFileGoesBeforeTheEnvironmentAndIsWarnedAboutWhenOpen() throws IOException {
    environment.put("STORAGE_API_TOKEN", "12-1-unknown");
    Path file = Files.writeString(folder.resolve("token"), PlayedServer.TOKEN + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(run("--table", "in.c-main.users", "--token-file", file.toString())).isZero();
    assertThat(err.toString()).contains("chmod 600");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    err.getBuffer().setLength(0);
    assertThat(run("--table", "in.c-main.users", "--token-file", file.toString())).isZero();
    assertThat(err.toString()).doesNotContain("warning");
  }

  @Test
  void fileThatIsNoTokenIsWrongInput() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "x".repeat(5000));

    assertThat(run("--table", "in.c-main.users", "--token-file", file.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("is too large to be a token");
  }

  @Test
  void helpNamesEveryOptionAndExitCode() {
    assertThat(execute("upload", "--help")).isZero();

    for (String word :
        List.of(
            "--table",
            "--incremental",
            "--primary-key",
            "--delimiter",
            "--url",
            "--token-file",
            "--ca",
            "STORAGE_API_TOKEN",
            "PENSTOCK_CA",
            "--gzip",
            "--json",
            "--timeout",
            "--state-dir",
            "Exit codes",
            "process is at the same upload")) {
      assertThat(out.toString()).contains(word);
    }
    assertThat(out.toString())
        .contains("penstock-uploader upload users.csv --table in.c-main.users");
  }

  @Test
  void commandStandsUnderAnotherProgramToo() {
    @CommandLine.Command(name = "penstock")
    final class Other implements Runnable {
      @Override
      public void run() {}
    }
    var command = new CommandLine(new Other()).addSubcommand(new UploadCommand(environment::get));
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

    assertThat(command.execute("upload", "--help")).isZero();
    assertThat(out.toString()).contains("penstock upload users.csv");
    assertThat(command.execute("upload")).isEqualTo(1);
  }
}
