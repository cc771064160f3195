package io.penstock.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All processes at one moment, read from {@code /proc}, see <a
 * href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>. Times are
 * in ticks of {@value #TICKS_A_SECOND} a second: USER_HZ, the same on every Linux that we run on.
 */
final class ProcessTable {
  static final double TICKS_A_SECOND = 100;

  private final Map<Long, Entry> entries;
  private final Map<Long, List<Long>> children = new HashMap<>();

  /**
   * One process.
   *
   * @param own time of the process itself
   * @param reaped time of its children that have ended and were waited for
   */
  record Entry(long pid, long parent, String command, long own, long reaped) {
    /** Reads the one line of {@code /proc/[pid]/stat}. */
    static Entry parse(String stat) {
      int nameEnd = stat.lastIndexOf(')'); // a name may hold blanks and brackets
      String[] fields = stat.substring(nameEnd + 2).strip().split(" ", -1);
      int nameStart = stat.indexOf('(');
      return new Entry(
          Long.parseLong(stat.substring(0, nameStart).strip()),
          Long.parseLong(fields[1]),
          stat.substring(nameStart + 1, nameEnd),
          Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
          Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
    }
  }

  ProcessTable(List<Entry> read) {
    entries = new HashMap<>();
    for (Entry entry : read) {
      entries.put(entry.pid(), entry);
      children.computeIfAbsent(entry.parent(), _ -> new ArrayList<>()).add(entry.pid());
    }
  }

  static ProcessTable now() {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        read(process.resolve("stat")).map(Entry::parse).ifPresent(entries::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ProcessTable(entries);
  }

  /** Empty when the process has ended meanwhile, which the kernel tells by ENOENT or ESRCH. */
  private static Optional<String> read(Path stat) {
    try {
      return Optional.of(Files.readString(stat, StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  Optional<Entry> find(long pid) {
    return Optional.ofNullable(entries.get(pid));
  }

  /**
   * Ticks of a process with all its children, those included that have ended.
   *
   * @param apart processes that, with theirs, are counted elsewhere
   */
  long ticksOfTree(long root, Set<Long> apart) {
    Entry entry = entries.get(root);
    if (entry == null) {
      return 0;
    }
    long ticks = entry.own() + entry.reaped();
    for (long child : children.getOrDefault(root, List.of())) {
      if (!apart.contains(child)) {
        ticks += ticksOfTree(child, apart);
      }
    }
    return ticks;
  }

  /** Ticks of one process without its children. */
  long ticksOf(long pid) {
    return find(pid).map(Entry::own).orElse(0L);
  }
}
