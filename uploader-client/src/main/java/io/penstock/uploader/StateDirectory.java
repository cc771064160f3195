package io.penstock.uploader;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Where states of uploads lie: one file each (mode 600, written whole or not at all) in a directory
 * of one's own (mode 700), and beside it one that is locked by the process at work. The lock ends
 * with the process, whatever ends that.
 */
final class StateDirectory {
  /** By then the store has cleared unfinished uploads and the server the files. */
  private static final Duration KEPT = Duration.ofDays(30);

  private static final int LARGEST = 1 << 16;

  /**
   * What this process holds. Asked first, for on POSIX systems a process loses its locks on a file
   * when it closes the file anywhere (<a
   * href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/fcntl.html">fcntl</a>): a
   * locked file is not opened a second time.
   */
  private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

  private final Path directory;

  private StateDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes the directory where it is missing, and clears what is too old to be of use.
   *
   * @throws UncheckedIOException when it cannot be made or written
   */
  static StateDirectory in(Path directory) {
    try {
      Files.createDirectories(directory, mode("rwx------"));
      if (!Files.isWritable(directory)) {
        throw new IOException("it is not writable");
      }
      var opened = new StateDirectory(directory);
      opened.clear(Instant.now().minus(KEPT));
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot keep the state of uploads in %s: %s".formatted(directory, e.getMessage()), e);
    }
  }

  /**
   * Takes one upload for this process.
   *
   * @param id a file name: one upload's, the same for the same command
   * @throws UploadGaveUpException when another process is at it
   */
  Claim claim(String id) {
    Path file = directory.resolve(id + ".lock").toAbsolutePath().normalize();
    if (!CLAIMED.add(file)) {
      throw taken();
    }
    try {
      FileChannel channel = locked(file);
      if (channel == null) {
        throw taken();
      }
      return new Claim(directory.resolve(id + ".json"), file, channel);
    } catch (IOException e) {
      CLAIMED.remove(file);
      throw new UncheckedIOException("cannot lock " + file, e);
    } catch (RuntimeException e) {
      CLAIMED.remove(file);
      throw e;
    }
  }

  private static UploadGaveUpException taken() {
    return new UploadGaveUpException(
        "another process is at this very upload; this one leaves it alone", null);
  }

  /** The channel that holds the lock; null when another process does. */
  private static @Nullable FileChannel locked(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), mode("rw-------"));
    if (channel.tryLock() == null) {
      channel.close();
      return null;
    }
    channel.write(ByteBuffer.wrap(new byte[] {'\n'}), 0); // the file is in use: it looks new
    return channel;
  }

  /** One upload's state, for one process at a time. */
  static final class Claim implements AutoCloseable {
    private final Path file;
    private final Path lockFile;
    private final FileChannel lock;

    private Claim(Path file, Path lockFile, FileChannel lock) {
      this.file = file;
      this.lockFile = lockFile;
      this.lock = lock;
    }

    /** What an earlier run left; empty when there is nothing, or nothing that can be read. */
    Optional<UploadState> read() {
      try {
        if (!Files.exists(file) || Files.size(file) > LARGEST) {
          return Optional.empty();
        }
        UploadState state = Answer.JSON.readValue(Files.readString(file), UploadState.class);
        return Optional.of(state).filter(found -> found.version() == UploadState.VERSION);
      } catch (IOException | JacksonException _) {
        return Optional.empty();
      }
    }

    /** Replaces the state; it survives the process and the machine when this returns. */
    void write(UploadState state) {
      Path next = file.resolveSibling(file.getFileName() + ".new");
      try {
        Files.deleteIfExists(next);
        try (FileChannel out =
            FileChannel.open(
                next,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                mode("rw-------"))) {
          ByteBuffer text = ByteBuffer.wrap(Answer.JSON.writeValueAsString(state).getBytes(UTF_8));
          while (text.hasRemaining()) {
            out.write(text);
          }
          out.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + file, e);
      }
    }

    void forget() {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot remove " + file, e);
      }
    }

    /** The lock's file stays: whoever removed it could remove the next one's. */
    @Override
    public void close() {
      try {
        lock.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot let go of " + file, e);
      } finally {
        CLAIMED.remove(lockFile);
      }
    }
  }

  private void clear(Instant before) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().matches("[0-9a-f]{64}\\.(json|json\\.new|lock)")
            && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static FileAttribute<?>[] mode(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
