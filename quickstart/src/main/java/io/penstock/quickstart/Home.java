package io.penstock.quickstart;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The folder with the platform's whole state, {@code $PENSTOCK_HOME}; readable by its owner alone.
 */
final class Home {
  private final Path root;

  private Home(Path root) {
    this.root = root;
  }

  /** The folder, made when it is not there. */
  static Home at(Path root) throws IOException {
    Path absolute = root.toAbsolutePath().normalize();
    Files.createDirectories(absolute);
    Files.setPosixFilePermissions(absolute, PosixFilePermissions.fromString("rwx------"));
    return new Home(absolute.toRealPath());
  }

  Path root() {
    return root;
  }

  /** A folder in it, made when it is not there. */
  Path folder(String name) throws IOException {
    return Files.createDirectories(root.resolve(name));
  }

  Path environmentFile() {
    return root.resolve("quickstart.env");
  }

  Path log() {
    return root.resolve("logs").resolve("penstock.log");
  }

  /** What a process in the background says beside its log. */
  Path output() {
    return root.resolve("logs").resolve("penstock.out");
  }

  Path file(String name) {
    return root.resolve(name);
  }

  /** Writes a file that only its owner can read, whole or not at all. */
  void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Path draft =
        Files.createTempFile(
            file.getParent(),
            ".draft",
            null,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, content, StandardCharsets.UTF_8);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The text of a file; empty when it is not there. */
  Optional<String> read(Path file) throws IOException {
    return Files.exists(file)
        ? Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip())
        : Optional.empty();
  }
}
