package io.penstock.kill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The classes that a service loads on its way up, as the JVM maps them (class data sharing): for
 * one that is killed and started again a dozen times.
 */
record ClassArchive(Path file) {

  /** Starts the service without an agent until its context is made. */
  static Process making(Jvms jvms, Path jar, Path settings) throws IOException {
    return jvms.launch(
        "class-archive",
        "256m",
        List.of(
            "-XX:ArchiveClassesAtExit=" + beside(jar),
            "-Dspring.context.exit=onRefresh",
            "-jar",
            jar.toString(),
            "--spring.config.additional-location=file:" + settings));
  }

  static ClassArchive made(Process making, Path jar) throws IOException, InterruptedException {
    Path file = beside(jar);
    if (!making.waitFor(60, TimeUnit.SECONDS) || !Files.exists(file)) {
      making.destroyForcibly();
      throw new IOException("No archive of classes was made; see class-archive.log");
    }
    return new ClassArchive(file);
  }

  private static Path beside(Path jar) {
    return jar.resolveSibling("classes.jsa");
  }

  String flag() {
    return "-XX:SharedArchiveFile=" + file;
  }
}
