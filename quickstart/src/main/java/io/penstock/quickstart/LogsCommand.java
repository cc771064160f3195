package io.penstock.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the end of the log. */
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "Shows the log of a platform that runs in the background: JSON, a line an entry.")
final class LogsCommand implements Callable<Integer> {
  private static final int BYTES_PER_LINE = 4000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-n", "--lines"},
      description = "How many lines of the end; default ${DEFAULT-VALUE}.")
  private int lines = 100;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what comes.")
  private boolean follow;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = Penstock.home();
    PrintWriter out = spec.commandLine().getOut();
    if (!Files.exists(home.log())) {
      out.println("There is no log at " + home.log());
      return 1;
    }
    try (RandomAccessFile file = new RandomAccessFile(home.log().toFile(), "r")) {
      long from = Math.max(0, file.length() - (long) Math.clamp(lines, 1, 10_000) * BYTES_PER_LINE);
      String[] tail = read(file, from).split("\n", -1);
      for (int i = Math.max(0, tail.length - lines); i < tail.length; i++) {
        out.println(tail[i]);
      }
      out.flush();
      while (follow) {
        Thread.sleep(300); // a file is watched here, there is nothing to wait on
        out.print(read(file, file.getFilePointer()));
        out.flush();
      }
    }
    return 0;
  }

  private static String read(RandomAccessFile file, long from) throws IOException {
    file.seek(from);
    byte[] bytes = new byte[Math.toIntExact(Math.min(file.length() - from, 64L << 20))];
    file.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
