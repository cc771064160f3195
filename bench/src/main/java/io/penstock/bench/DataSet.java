package io.penstock.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The files of one size, written when they are missing and kept for the next run. A file appears
 * under its name only when it is whole.
 */
final class DataSet {
  private static final int SLICES = 4;
  private static final int SMALL_ROWS = 10;

  private final Path directory;
  private final long rows;

  /**
   * @param parent of the folder for this size
   * @param rows of the large table; an upsert has a fifth of it
   */
  DataSet(Path parent, long rows) throws IOException {
    this.directory = Files.createDirectories(parent.resolve(Long.toString(rows)));
    this.rows = rows;
  }

  long rows() {
    return rows;
  }

  long changes() {
    return Math.max(2, rows / 5 / 2 * 2);
  }

  int smallRows() {
    return SMALL_ROWS;
  }

  /** All rows with a header. */
  Path events() throws IOException {
    return made(
        "events.csv",
        out -> {
          header(out);
          EventRows.write(out, 1, rows);
        });
  }

  /** {@link #events} packed at gzip's own default level. */
  Path packed() throws IOException {
    Path plain = events();
    return made(
        "events.csv.gz",
        out -> {
          try (InputStream in = Files.newInputStream(plain);
              GZIPOutputStream gzip = new GZIPOutputStream(out, 1 << 16)) {
            in.transferTo(gzip);
          }
        });
  }

  /** The same rows in four files without a header, in order. */
  List<Path> slices() throws IOException {
    return IntStream.range(0, SLICES).mapToObj(this::slice).toList();
  }

  private Path slice(int number) {
    long from = 1 + rows * number / SLICES;
    long to = rows * (number + 1) / SLICES;
    try {
      return made("events.%d.csv".formatted(number), out -> EventRows.write(out, from, to));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Changes for an upsert, with a header; half of the ids are among the {@link #events}. */
  Path upsert() throws IOException {
    return made(
        "upsert.csv",
        out -> {
          header(out);
          EventRows.writeChanges(out, changes(), rows);
        });
  }

  /** A header and a handful of rows. */
  Path small() throws IOException {
    return made(
        "small.csv",
        out -> {
          header(out);
          EventRows.write(out, 1, SMALL_ROWS);
        });
  }

  /** A header alone: what tables are made from. */
  Path empty() throws IOException {
    return made("empty.csv", DataSet::header);
  }

  /** The digest of all rows, read once. */
  CsvDigest digest() throws IOException {
    Path plain = events();
    Path known = directory.resolve("events.digest");
    if (!Files.exists(known)) {
      CsvDigest digest = new CsvDigest();
      try (InputStream in = Files.newInputStream(plain)) {
        digest.add(in, 1);
      }
      write(known, out -> out.write(digest.toString().getBytes(StandardCharsets.UTF_8)));
    }
    return CsvDigest.parse(Files.readString(known, StandardCharsets.UTF_8));
  }

  /** The bytes of the CSV in a file, before packing. */
  static long plainBytes(Path file) throws IOException {
    if (!file.toString().endsWith(".gz")) {
      return Files.size(file);
    }
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
      return in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static void header(OutputStream out) throws IOException {
    out.write(EventRows.header().getBytes(StandardCharsets.UTF_8));
  }

  private Path made(String name, Content content) throws IOException {
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      write(file, content);
    }
    return file;
  }

  private static void write(Path file, Content content) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    try (OutputStream out = Files.newOutputStream(draft)) {
      content.writeTo(out);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }
}
