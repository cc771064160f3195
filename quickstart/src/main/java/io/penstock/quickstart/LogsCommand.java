package io.penstock.quickstart;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
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
      Object today = fileKey(home.log());
      long from = Math.max(0, file.length() - (long) Math.clamp(lines, 1, 10_000) * BYTES_PER_LINE);
      String[] tail = read(file, from).split("\n", -1);
      for (int i = Math.max(0, tail.length - lines); i < tail.length; i++) {
        out.println(tail[i]);
      }
      out.flush();
      if (follow) {
        follow(file, today, home.log(), out);
      }
    }
    while (follow) {
      try (RandomAccessFile file = new RandomAccessFile(home.log().toFile(), "r")) {
        follow(file, fileKey(home.log()), home.log(), out);
      }
    }
    return 0;
  }

  /** Goes on until the file is another one: each day has its own. */
  private static void follow(RandomAccessFile file, Object key, Path path, PrintWriter out)
      throws IOException, InterruptedException {
    boolean same = true;
    while (same) {
      Thread.sleep(300); // a file is watched here, there is nothing to wait on
      same = !Files.exists(path) || key.equals(fileKey(path));
      out.print(read(file, file.getFilePointer()));
      out.flush();
    }
  }

  private static Object fileKey(Path path) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(path, BasicFileAttributes.class).fileKey(), "on POSIX");
  }

  private static String read(RandomAccessFile file, long from) throws IOException {
    file.seek(from);
    byte[] bytes = new byte[Math.toIntExact(Math.min(file.length() - from, 64L << 20))];
    file.readFully(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
