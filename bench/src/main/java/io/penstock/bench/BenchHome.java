package io.penstock.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder with the measured platform's state. Only a folder that is marked as one is wiped. */
record BenchHome(Path path) {
  private static final String MARK = ".penstock-bench";

  /**
   * An empty, marked folder.
   *
   * @throws IllegalArgumentException when there is something in it that no benchmark left
   */
  static BenchHome wiped(Path given) throws IOException {
    BenchHome home = new BenchHome(given.toAbsolutePath().normalize());
    if (Files.exists(home.path) && !home.isEmpty()) {
      if (!Files.exists(home.path.resolve(MARK))) {
        throw new IllegalArgumentException(
            given
                + " is not empty and no benchmark made it: it is not wiped; choose another --home");
      }
      home.delete();
    }
    Files.createDirectories(home.path);
    Files.createFile(home.path.resolve(MARK));
    return home;
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  void delete() throws IOException {
    delete(path);
  }

  /** Deletes a folder with all that is in it. */
  static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path left, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(left);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
