package io.penstock.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The built checkout that is measured: how its programs are started, with the flags they have in
 * real use.
 *
 * @param recordingOff whether the platform is one with {@link RecordingOff}
 */
record Checkout(Path root, boolean recordingOff) {
  static final String INDEX_HEAP = "512m";

  private static final Pattern FLAGS = Pattern.compile("^jvm=\"([^\"]+)\"$", Pattern.MULTILINE);

  Checkout(Path root) {
    this(root, false);
  }

  Checkout withRecordingOff() {
    return new Checkout(root, true);
  }

  /** A process of {@code bin/penstock}, whose build is not looked at again. */
  List<String> penstock(String... arguments) throws IOException {
    Path quickstart = root.resolve("quickstart/target");
    String product = quickstart.resolve("classes") + ":" + quickstart.resolve("lib") + "/*";
    String classPath =
        recordingOff ? product + ":" + root.resolve("bench/target/classes") : product;
    return Stream.concat(
            Stream.of(
                java(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dpenstock.root=" + root,
                "-Dpenstock.jvm=" + platformFlags(),
                "-cp",
                classPath,
                "io.penstock.quickstart.Penstock"),
            Stream.of(arguments))
        .toList();
  }

  /** Those that {@code bin/penstock} gives to the process with the platform. */
  String platformFlags() throws IOException {
    String script = Files.readString(root.resolve("bin/penstock"), StandardCharsets.UTF_8);
    Matcher flags = FLAGS.matcher(script);
    if (!flags.find()) {
      throw new IllegalStateException("bin/penstock no longer says the platform's flags in jvm=");
    }
    return flags.group(1);
  }

  /** The worker as a deployable of its own, with a heap that no file fits into. */
  List<String> worker(Path settings) throws IOException {
    return Stream.concat(
            Stream.of(java()),
            Stream.concat(
                workerFlags().stream(),
                Stream.of(
                    "-jar",
                    workerJar().toString(),
                    "--spring.config.additional-location=file:" + settings)))
        .toList();
  }

  /** The yardstick for calls, with the platform's flags and its libraries. */
  List<String> bareEndpoint(int port) throws IOException {
    String classPath =
        root.resolve("bench/target/classes") + ":" + root.resolve("quickstart/target/lib") + "/*";
    return Stream.concat(
            Stream.concat(Stream.of(java()), Stream.of(platformFlags().split(" ", -1))),
            Stream.of("-cp", classPath, BareEndpoint.class.getName(), Integer.toString(port)))
        .toList();
  }

  /** {@link IndexProcess} with audit-service's libraries. */
  List<String> index(String... arguments) {
    String classPath =
        root.resolve("bench/target/classes") + ":" + root.resolve("quickstart/target/lib") + "/*";
    return Stream.concat(
            Stream.of(
                java(),
                "-Xmx" + INDEX_HEAP,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                IndexProcess.class.getName()),
            Stream.of(arguments))
        .toList();
  }

  List<String> workerFlags() {
    return List.of("-Xmx256m");
  }

  private Path workerJar() throws IOException {
    Path target = root.resolve("import-worker/target");
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(file -> file.getFileName().toString().matches("import-worker-.*-exec\\.jar"))
          .findFirst()
          .orElseThrow(
              () -> new IllegalStateException("import-worker is not built: run bin/bench"));
    }
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
