package io.penstock.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Of what a result is.
 *
 * @param commit short; {@code unknown} outside of a repository
 * @param dirty something in the checkout is not in the commit, earlier results apart
 */
record Revision(String commit, boolean dirty) {

  static Revision of(Path root) throws InterruptedException {
    String commit = git(root, "rev-parse", "--short=12", "HEAD");
    String changes = git(root, "status", "--porcelain", "--", ".", ":(exclude)bench/results");
    return new Revision(commit.isEmpty() ? "unknown" : commit, !changes.isEmpty());
  }

  private static String git(Path root, String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      Process git =
          new ProcessBuilder(command)
              .directory(root.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return git.waitFor() == 0 ? said.strip() : "";
    } catch (IOException e) {
      return ""; // no git here
    }
  }
}
