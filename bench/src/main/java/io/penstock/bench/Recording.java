package io.penstock.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Java Flight Recorder in the worker's and the platform's process while one comparison runs. {@code
 * jfr view hot-methods FILE} shows where the time went.
 */
final class Recording {
  private final Map<String, Long> processes;
  private final String name;

  private Recording(Map<String, Long> processes, String name) {
    this.processes = processes;
    this.name = name;
  }

  /**
   * Begins.
   *
   * @param folder for the files; null: records nothing
   */
  static Recording of(RunningSystem system, Scenario scenario, @Nullable Path folder)
      throws IOException, InterruptedException {
    Map<String, Long> processes = new LinkedHashMap<>();
    Recording recording = new Recording(processes, scenario.toString());
    if (folder == null) {
      return recording;
    }
    Files.createDirectories(folder);
    processes.put("worker", system.workerPid());
    processes.put("platform", system.platformPid());
    for (var process : processes.entrySet()) {
      Path file = folder.resolve(scenario + "-" + process.getKey() + ".jfr");
      jcmd(
          process.getValue(),
          "JFR.start",
          "name=" + recording.name,
          "settings=profile",
          "filename=" + file);
    }
    return recording;
  }

  /** Ends the recordings; their files are complete then. */
  void end() throws IOException, InterruptedException {
    for (long pid : processes.values()) {
      jcmd(pid, "JFR.stop", "name=" + name);
    }
  }

  private static void jcmd(long pid, String... command) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    arguments.add(Long.toString(pid));
    arguments.addAll(List.of(command));
    Process jcmd =
        new ProcessBuilder(arguments)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!jcmd.waitFor(1, TimeUnit.MINUTES) || jcmd.exitValue() != 0) {
      jcmd.destroy();
      throw new IllegalStateException("jcmd does not reach process %d".formatted(pid));
    }
  }
}
