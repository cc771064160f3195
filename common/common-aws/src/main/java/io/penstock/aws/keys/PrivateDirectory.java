package io.penstock.aws.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A directory of secrets for one operating system user: mode 0700, its files 0600. A file appears
 * whole or not at all (written beside, synced, renamed, the directory synced), also when the
 * machine loses power. Names are given by our own code and never hold a user's text. POSIX file
 * systems only. Thread-safe, also between processes.
 */
public final class PrivateDirectory {
  private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> ALL_MAY_READ =
      PosixFilePermissions.fromString("rw-r--r--");

  /**
   * File locks are held by the process as a whole; between the threads of this one decides this
   * lock.
   */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final Path directory;

  private PrivateDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Opens the directory; makes it where it is not, and takes every right from others where it is.
   *
   * @throws UncheckedIOException when it cannot be made or is not ours
   */
  public static PrivateDirectory open(Path path) {
    Path directory = path.toAbsolutePath().normalize();
    try {
      Path parent = directory.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      try {
        Files.createDirectory(
            directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY_DIRECTORY));
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(directory)) {
          throw e;
        }
        if (!Files.getPosixFilePermissions(directory).equals(OWNER_ONLY_DIRECTORY)) {
          Files.setPosixFilePermissions(directory, OWNER_ONLY_DIRECTORY);
        }
      }
      return new PrivateDirectory(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open the private directory " + directory, e);
    }
  }

  /** The path of a file in it, whether it exists or not. */
  public Path path(String name) {
    Path path = directory.resolve(name);
    if (!directory.equals(path.getParent())) {
      throw new IllegalArgumentException("Not a plain file name: " + name);
    }
    return path;
  }

  /** Tells one file from the next one of the same name. */
  public record Stamp(@Nullable Object key, FileTime modified) {}

  /** Which file is there now; empty when there is none. */
  public Optional<Stamp> stamp(String name) {
    Path path = path(name);
    try {
      var attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return Optional.of(new Stamp(attributes.fileKey(), attributes.lastModifiedTime()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
  }

  /**
   * What the file holds; empty when there is none.
   *
   * @throws IllegalStateException when others than its owner have rights to it: it may no longer be
   *     a secret
   */
  public Optional<byte[]> read(String name) {
    Path path = path(name);
    try {
      var strangers =
          EnumSet.copyOf(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
      strangers.removeAll(OWNER_ONLY_DIRECTORY);
      if (!strangers.isEmpty()) {
        throw new IllegalStateException(
            "Others than its owner have rights to %s: see who read it, then chmod 600"
                .formatted(path));
      }
      return Optional.of(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
  }

  /**
   * What the file holds; where there is none, it is first written from {@code content}. The first
   * writer wins.
   */
  public byte[] readOrCreate(String name, Supplier<byte[]> content) {
    var existing = read(name);
    return existing.isPresent()
        ? existing.get()
        : exclusively(
            () ->
                read(name)
                    .orElseGet(
                        () -> {
                          byte[] bytes = content.get();
                          write(name, bytes);
                          return bytes;
                        }));
  }

  /** Writes or replaces a secret. */
  public void write(String name, byte[] content) {
    write(path(name), content, OWNER_ONLY);
  }

  /**
   * Writes or replaces a file that is no secret, such as a certificate or a public key; {@code
   * path} may be elsewhere.
   */
  public static void writePublic(Path path, byte[] content) {
    write(path.toAbsolutePath(), content, ALL_MAY_READ);
  }

  /**
   * Overwrites, removes and forgets a file; nothing happens when there is none. What the disk, a
   * journal or a backup kept of it is out of reach, which is why what it protects is sealed and not
   * merely stored.
   */
  public void destroy(String name) {
    Path path = path(name);
    try {
      try (var file = FileChannel.open(path, StandardOpenOption.WRITE)) {
        var zeros = ByteBuffer.allocate(Math.toIntExact(file.size()));
        while (zeros.hasRemaining()) {
          file.write(zeros);
        }
        file.force(true);
      }
      Files.deleteIfExists(path);
      sync(directory);
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot destroy " + path, e);
    }
  }

  /**
   * Runs {@code action} while no other thread or process runs one on this directory. Not reentrant.
   */
  public <T> T exclusively(Supplier<T> action) {
    THREADS.lock();
    try (var channel =
            FileChannel.open(
                path(".lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        var lock = channel.lock()) {
      if (!lock.isValid()) {
        throw new IllegalStateException("Lost the lock of " + directory);
      }
      return action.get();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + directory, e);
    } finally {
      THREADS.unlock();
    }
  }

  private static void write(Path path, byte[] content, Set<PosixFilePermission> mode) {
    Path folder = path.getParent();
    Path temporary = path.resolveSibling(".new-" + UUID.randomUUID());
    try {
      try (var file =
          FileChannel.open(
              temporary,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(mode))) {
        var buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          file.write(buffer);
        }
        file.force(true);
      }
      Files.setPosixFilePermissions(temporary, mode); // the umask may have taken rights away
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      if (folder != null) {
        sync(folder);
      }
    } catch (IOException e) {
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException cleanup) {
        e.addSuppressed(cleanup);
      }
      throw new UncheckedIOException("Cannot write " + path, e);
    }
  }

  /**
   * Makes renames and removals in a directory durable (fsync(2) of the directory, as Linux asks
   * for).
   */
  private static void sync(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
