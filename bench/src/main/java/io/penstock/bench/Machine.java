package io.penstock.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a result comes from, without a name or a path of the machine.
 *
 * @param memoryMb 10^6 bytes
 * @param disk device that holds the databases and the objects
 * @param loadAverage of 1, 5 and 15 minutes before anything was started
 * @param postgres version and the settings that matter
 */
record Machine(
    String cpu,
    int cores,
    long memoryMb,
    String disk,
    String filesystem,
    String kernel,
    List<Double> loadAverage,
    String jdk,
    String psql,
    Map<String, String> postgres) {

  /** Of the machine at hand; {@code home} is on the disk that counts. */
  static Machine here(
      Path home, List<Double> loadAverage, String psql, Map<String, String> postgres)
      throws IOException {
    FileStore store = Files.getFileStore(home);
    return new Machine(
        first("/proc/cpuinfo", "model name\\s*:\\s*(.+)"),
        Runtime.getRuntime().availableProcessors(),
        Long.parseLong(first("/proc/meminfo", "MemTotal:\\s*(\\d+) kB")) * 1024 / 1_000_000,
        Path.of("/").resolve(store.name()).getFileName().toString(),
        store.type(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        loadAverage,
        System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"),
        psql,
        postgres);
  }

  static List<Double> loadAverageNow() throws IOException {
    String[] fields = read("/proc/loadavg").split(" ", -1);
    return Arrays.stream(fields).limit(3).map(Double::valueOf).toList();
  }

  /** Largest resident set of a process so far, in bytes. */
  static long peakBytes(long pid) {
    try {
      return Long.parseLong(first("/proc/" + pid + "/status", "VmHWM:\\s*(\\d+) kB")) * 1024;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String first(String file, String pattern) throws IOException {
    Matcher found = Pattern.compile(pattern).matcher(read(file));
    return found.find() ? found.group(1).strip() : "0";
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
  }
}
