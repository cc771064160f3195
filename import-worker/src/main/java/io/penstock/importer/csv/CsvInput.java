package io.penstock.importer.csv;

import io.penstock.importer.csv.RecordScanner.Passed;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file as it streams by: first the header, if there is one, then the data in blocks that the
 * scanner has passed. Memory: one block. Not thread-safe.
 */
public final class CsvInput {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final InputStream source;
  private final CsvLimits limits;
  private final RecordScanner scanner;
  private final byte[] block;
  private int from;
  private int to;
  private boolean sourceEnded;
  private long preamble;

  private CsvInput(InputStream source, CsvLimits limits, RecordScanner scanner) throws IOException {
    this.source = source;
    this.limits = limits;
    this.scanner = scanner;
    this.block = new byte[limits.blockBytes()];
    fill();
    if (to >= 3 && Arrays.equals(block, 0, 3, BYTE_ORDER_MARK, 0, 3)) {
      from = 3;
      scanner.skip(3);
    }
  }

  /**
   * Hands on the bytes as they are. Reads the first block; a byte order mark is dropped. The source
   * stays the caller's to close.
   *
   * @param dialect one that {@link CsvDialect#isForCopy COPY reads}
   */
  public static CsvInput verbatim(InputStream source, CsvDialect dialect, CsvLimits limits)
      throws IOException {
    return new CsvInput(source, limits, new CsvScanner(dialect, limits.maxRecordBytes()));
  }

  /** As {@link #verbatim}, but hands on {@link CsvDialect#RFC4180} whatever comes in. */
  public static CsvInput translated(InputStream source, CsvDialect dialect, CsvLimits limits)
      throws IOException {
    return new CsvInput(source, limits, new CsvTranslator(dialect, limits.maxRecordBytes()));
  }

  /**
   * Only looks for faults: what it hands on is of no use.
   *
   * @param faults is told each faulty record
   * @param values is told the values of data records; null: nobody asks
   */
  public static CsvInput examined(
      InputStream source,
      CsvDialect dialect,
      CsvLimits limits,
      Consumer<CsvProblem> faults,
      @Nullable FieldSink values)
      throws IOException {
    return new CsvInput(
        source, limits, new CsvTranslator(dialect, limits.maxRecordBytes(), faults, values));
  }

  /** How the blocks are cut into fields. */
  public CsvDialect dialect() {
    return scanner.dialect();
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
    long before = scanner.records();
    inHeader(true);
    int end = scanner.scan(block, from, to, before + 1);
    Passed record = scanner.passed();
    if (end == to && sourceEnded && scanner.records() == before) {
      byte[] begun =
          Arrays.copyOfRange(record.array(), record.offset(), record.offset() + record.length());
      scanner.finish();
      record = joined(begun, scanner.passed());
    }
    if (scanner.records() == before || (end == to && !sourceEnded)) {
      throw new PlatformException(
          ErrorCode.INVALID_CSV,
          "The file's first line is longer than %d bytes; do line ends miss?"
              .formatted(block.length - 1));
    }
    inHeader(false);
    from = end;
    preamble++;
    return Optional.of(fields(record));
  }

  private void inHeader(boolean header) {
    if (scanner instanceof CsvTranslator translator) {
      translator.inHeader(header);
    }
  }

  private static Passed joined(byte[] begun, Passed rest) {
    byte[] all = Arrays.copyOf(begun, begun.length + rest.length());
    System.arraycopy(rest.array(), rest.offset(), all, begun.length, rest.length());
    return new Passed(all, 0, all.length);
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
            "The file is larger than the limit of %d bytes when it is unpacked."
                .formatted(limits.maxFileBytes()));
      }
      hand(sink);
      from = to;
    }
    scanner.finish();
    hand(sink);
  }

  private <E extends Exception> void hand(BlockSink<E> sink) throws E {
    Passed passed = scanner.passed();
    if (passed.length() > 0) {
      sink.accept(passed.array(), passed.offset(), passed.length());
    }
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
  private List<String> fields(Passed record) {
    CsvDialect dialect = scanner.dialect();
    byte[] bytes = record.array();
    int end = record.offset() + record.length();
    List<String> fields = new ArrayList<>();
    byte[] field = new byte[record.length()];
    int length = 0;
    boolean quoted = false;
    for (int i = record.offset(); i < end; i++) {
      byte b = bytes[i];
      if (b == dialect.enclosure()) {
        boolean doubled = quoted && i + 1 < end && bytes[i + 1] == b;
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
