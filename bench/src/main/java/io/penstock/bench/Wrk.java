package io.penstock.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code wrk} with one thread, which everybody has who wants to measure for himself. It looks at
 * statuses only. What is under way when a round ends is answered, and not counted. Its percentiles
 * are corrected for calls that would have been made while one took long ("coordinated omission"),
 * so they are not below those of the calls themselves.
 */
final class Wrk {
  private static final Set<PosixFilePermission> MINE = PosixFilePermissions.fromString("rw-------");
  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([\\d.]+)(\\w+),");
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
  private static final Pattern REFUSED = Pattern.compile("(?:Non-2xx|Socket errors).*");

  private final Path directory;

  /**
   * @param directory for the file that tells wrk the token, which a command line would show to
   *     everybody on the machine
   */
  Wrk(Path directory) {
    this.directory = directory;
  }

  /** What {@code wrk -v} says; fails with the next step when there is none. */
  static String version() throws InterruptedException {
    try {
      String said = output(new ProcessBuilder("wrk", "-v"));
      return said.lines().findFirst().orElse("").replaceAll(" Copyright.*", "").strip();
    } catch (IOException e) {
      throw new IllegalStateException(
          "wrk is not in PATH, and calls are made with it: install it (Debian and Ubuntu: apt-get"
              + " install wrk)",
          e);
    }
  }

  /**
   * Calls, each connection one call after the other.
   *
   * @throws Expected.VerificationFailure at a status other than 2xx and 3xx, or a broken connection
   */
  CallRound run(CallRound.Target target, int connections, Duration length)
      throws IOException, InterruptedException {
    Path script = directory.resolve("wrk.lua");
    Files.deleteIfExists(script);
    Files.createFile(script, PosixFilePermissions.asFileAttribute(MINE));
    Files.writeString(script, "wrk.headers[\"X-StorageApi-Token\"] = \"" + target.token() + "\"\n");
    try {
      return round(
          output(
              new ProcessBuilder(
                  List.of(
                      "wrk",
                      "--threads=1",
                      "--connections=" + connections,
                      "--duration=" + length.toSeconds() + "s",
                      "--timeout=60s",
                      "--latency",
                      "--script=" + script,
                      target.address().toString()))));
    } finally {
      Files.delete(script);
    }
  }

  /** A round by what wrk printed. */
  static CallRound round(String printed) {
    Matcher refused = REFUSED.matcher(printed);
    if (refused.find()) {
      throw new Expected.VerificationFailure("wrk was not answered well: " + refused.group());
    }
    Matcher requests = REQUESTS.matcher(printed);
    if (!requests.find()) {
      throw new IllegalStateException("wrk printed no figures: " + printed.strip());
    }
    Matcher rate = RATE.matcher(printed);
    if (!rate.find()) {
      throw new IllegalStateException("wrk printed no rate: " + printed.strip());
    }
    return new CallRound(
        Long.parseLong(requests.group(1)),
        millis(requests.group(2), requests.group(3)) / 1000,
        Double.parseDouble(rate.group(1)),
        percentile("50%", printed),
        percentile("99%", printed));
  }

  private static double percentile(String percent, String printed) {
    Matcher found =
        Pattern.compile("^\\s+" + percent + "\\s+([\\d.]+)(\\w+)$", Pattern.MULTILINE)
            .matcher(printed);
    if (!found.find()) {
      throw new IllegalStateException("wrk printed no " + percent + ": " + printed.strip());
    }
    return millis(found.group(1), found.group(2));
  }

  private static double millis(String number, String unit) {
    double factor =
        switch (unit.toLowerCase(Locale.ROOT)) {
          case "us" -> 0.001;
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          default -> throw new IllegalStateException("wrk printed a time in " + unit);
        };
    return Double.parseDouble(number) * factor;
  }

  private static String output(ProcessBuilder command) throws IOException, InterruptedException {
    Process process = command.redirectErrorStream(true).start();
    Thread end = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int _ = process.waitFor();
      return printed;
    } finally {
      process.destroy();
      Runtime.getRuntime().removeShutdownHook(end);
    }
  }
}
