package io.penstock.importer.csv;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A CSV file as it streams by: first the header, if there is one, then the data in blocks that the
 * scanner has passed. Memory: one block. Not thread-safe.
 */
public final class CsvInput {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream source;
  private final CsvDialect dialect;
  private final CsvLimits limits;
  private final CsvScanner scanner;
  private final byte[] block;
  private int from;
  private int to;
  private boolean sourceEnded;
  private long preamble;

  /**
   * Reads the first block; a byte order mark is dropped. The source stays the caller's to close.
   */
  public CsvInput(InputStream source, CsvDialect dialect, CsvLimits limits) throws IOException {
    this.source = source;
    this.dialect = dialect;
    this.limits = limits;
    this.scanner = new CsvScanner(dialect, limits.maxRecordBytes());
    this.block = new byte[limits.blockBytes()];
    fill();
    if (to >= 3 && Arrays.equals(block, 0, 3, BYTE_ORDER_MARK, 0, 3)) {
      from = 3;
      scanner.skip(3);
    }
  }

  /** True when there is no byte left, apart from a byte order mark. */
  public boolean isEmpty() {
    return from == to && sourceEnded;
  }

  /**
   * Takes one record off the front, which must fit into one block.
   *
   * @return its fields, unquoted; empty at the end of the file
   */
  public Optional<List<String>> takeRecord() throws IOException {
    if (isEmpty()) {
      return Optional.empty();
    }
    compact();
    int start = from;
    long before = scanner.records();
    int end = scanner.scan(block, from, to, before + 1);
    if (end == to && sourceEnded) {
      scanner.finish();
    }
    if (scanner.records() == before || (end == to && !sourceEnded)) {
      throw new PlatformException(
          ErrorCode.INVALID_CSV,
          "The file's first line is longer than %d bytes.".formatted(block.length - 1));
    }
    from = end;
    preamble++;
    return Optional.of(fields(start, end));
  }

  /** From here on, each record must have so many fields. */
  public void expectFields(int count) {
    scanner.expectFields(count);
  }

  /**
   * Hands the rest of the file on, block by block; a block is handed on only when the scanner has
   * passed it.
   *
   * @throws CsvFault at the first fault
   */
  public <E extends Exception> void forEachBlock(BlockSink<E> sink) throws IOException, E {
    while (from < to || fill()) {
      scanner.scan(block, from, to, CsvScanner.WHOLE_FILE);
      if (scanner.bytes() > limits.maxFileBytes()) {
        throw new PlatformException(
            ErrorCode.INVALID_CSV,
            "The file is larger than %d bytes when it is unpacked."
                .formatted(limits.maxFileBytes()));
      }
      sink.accept(block, from, to - from);
      from = to;
    }
    scanner.finish();
  }

  /** Data records so far: without those that were taken. */
  public long dataRecords() {
    return scanner.records() - preamble;
  }

  /** Uncompressed bytes so far. */
  public long bytes() {
    return scanner.bytes();
  }

  private boolean fill() throws IOException {
    from = 0;
    to = source.readNBytes(block, 0, block.length);
    sourceEnded = to < block.length;
    return to > 0;
  }

  /**
   * Moves what is left to the front and fills up behind it, so that a record has a whole block to
   * end in.
   */
  private void compact() throws IOException {
    if (from > 0) {
      System.arraycopy(block, from, block, 0, to - from);
      to -= from;
      from = 0;
      if (!sourceEnded) {
        int read = source.readNBytes(block, to, block.length - to);
        sourceEnded = read < block.length - to;
        to += read;
      }
    }
  }

  /** Cuts a record that the scanner has passed. */
  private List<String> fields(int start, int end) {
    List<String> fields = new ArrayList<>();
    byte[] field = new byte[end - start];
    int length = 0;
    boolean quoted = false;
    for (int i = start; i < end; i++) {
      byte b = block[i];
      if (b == dialect.enclosure()) {
        boolean doubled = quoted && i + 1 < end && block[i + 1] == b;
        if (doubled) {
          field[length++] = b;
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (!quoted && b == dialect.delimiter()) {
        fields.add(new String(field, 0, length, StandardCharsets.UTF_8));
        length = 0;
      } else if (quoted || (b != '\n' && b != '\r')) {
        field[length++] = b;
      }
    }
    fields.add(new String(field, 0, length, StandardCharsets.UTF_8));
    return fields;
  }

  /** Takes a block; the array is used again afterwards. */
  @FunctionalInterface
  public interface BlockSink<E extends Exception> {
    void accept(byte[] block, int offset, int length) throws E;
  }
}
