package io.penstock.kill.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a test and the processes under test talk: {@code arm-{point}} tells a process to end at the
 * point's n-th hit, {@code reached} has a line per end, {@code woven} a line per point that a
 * process has. Renaming the arming file decides who of several threads and processes dies.
 */
public record ControlFolder(Path folder) {

  /** Somebody shall end at the n-th hit from now on. */
  public void arm(KillPoint point, int hit) {
    try {
      Path draft = folder.resolve("draft-" + point);
      Files.writeString(draft, Integer.toString(hit));
      Files.move(draft, armed(point), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** False when somebody is dying already. */
  public boolean disarm(KillPoint point) {
    return moved(armed(point), folder.resolve("disarmed-" + point));
  }

  /** At which hit somebody shall end; empty: at none. */
  OptionalInt armedHit(String point) {
    Path file = folder.resolve("arm-" + point);
    if (!Files.exists(file)) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(Files.readString(file)));
    } catch (IOException e) {
      return OptionalInt.empty(); // taken by another in this moment
    }
  }

  /** True for the one who has to die. */
  boolean take(String point) {
    return moved(folder.resolve("arm-" + point), folder.resolve("taken-" + point));
  }

  private Path armed(KillPoint point) {
    return folder.resolve("arm-" + point);
  }

  private static boolean moved(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void reached(String point) {
    append("reached", point);
  }

  void woven(KillPoint point) {
    append("woven", point.name());
  }

  /** The points of all ends so far, in their order. */
  public List<KillPoint> reached() {
    return points("reached");
  }

  /** The points that processes had, once each time. */
  public List<KillPoint> woven() {
    return points("woven");
  }

  private List<KillPoint> points(String name) {
    Path file = folder.resolve(name);
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream()
              .map(line -> KillPoint.valueOf(line.substring(0, line.indexOf(' '))))
              .toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns when the line is on the disk. */
  private void append(String name, String point) {
    String line = point + " " + ProcessHandle.current().pid() + "\n";
    try (FileChannel file =
        FileChannel.open(
            folder.resolve(name),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
      file.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
