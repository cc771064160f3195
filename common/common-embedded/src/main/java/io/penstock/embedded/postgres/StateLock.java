package io.penstock.embedded.postgres;

import io.penstock.aws.keys.PrivateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Says which JVM answers for a state directory. The operating system lets go of it when the JVM
 * ends in whatever way, so that the next one may tell a leftover from another's server.
 */
final class StateLock implements AutoCloseable {
  private final FileChannel channel;

  private StateLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws IllegalStateException when another process, or another part of this one, has it
   */
  static StateLock take(PrivateDirectory state, String name) {
    var path = state.path("server.lock");
    try {
      var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        throw new IllegalStateException(
            "The %s in %s is already running: stop the other one first"
                .formatted(name, path.getParent()));
      }
      return new StateLock(channel);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + path, e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unlock the state directory", e);
    }
  }
}
