package io.penstock.importer.csv;

import io.penstock.importer.csv.CsvProblem.Kind;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what COPY cannot (mixed line ends, an escape character, no enclosure) and writes it anew as
 * RFC 4180 with LF and every field enclosed, byte by byte, in memory that depends on the block
 * only. Line ends inside fields stay as they are. Proves the same as {@link CsvScanner}.
 *
 * <p>A field without an enclosure that consists of an escape character and {@code N} is empty: so
 * MySQL writes NULL. An escape character before a line end makes the line end part of the field.
 * With an enclosure as well, both an escaped and a doubled enclosure are part of the field.
 *
 * <p>It can also go on behind a fault, so that one walk finds many of them; what it passes is of no
 * use then. And it can tell the values that it comes by. Not thread-safe.
 */
final class CsvTranslator implements RecordScanner {
  private static final int FIELD_START = 0;
  private static final int UNQUOTED = 1;
  private static final int QUOTED = 2;
  private static final int QUOTE_SEEN = 3;
  private static final int ESCAPED_AT_START = 4;
  private static final int ESCAPED = 5;
  private static final int NULL_SEEN = 6;
  private static final int ESCAPED_IN_QUOTES = 7;

  /** No input byte becomes more: {@code ""} and a line end for one LF. */
  private static final int GROWTH = 4;

  private final CsvDialect dialect;
  private final long maxRecordBytes;
  private final Consumer<CsvProblem> faults;
  private final @Nullable FieldSink values;
  private final Utf8Walk utf8 = new Utf8Walk();
  private final MaskedContext context = new MaskedContext();
  private final FieldValue value = new FieldValue(context);

  private byte[] out = new byte[0];
  private int written;
  private int state = FIELD_START;
  private boolean crBefore;
  private boolean recordEnded;
  private long consumed;
  private long records;
  private long line = 1;
  private long recordStart;
  private long recordLine = 1;
  private long quoteOffset;
  private long quoteLine;
  private long faultyRecord;
  private int fields;
  private int expectedFields;
  private boolean byHeader;
  private boolean inHeader;

  /** Throws at the first fault. */
  CsvTranslator(CsvDialect dialect, long maxRecordBytes) {
    this(
        dialect,
        maxRecordBytes,
        problem -> {
          throw new CsvFault(problem);
        });
  }

  /**
   * @param faults is told each faulty record once; when it returns, the walk goes on
   */
  CsvTranslator(CsvDialect dialect, long maxRecordBytes, Consumer<CsvProblem> faults) {
    this(dialect, maxRecordBytes, faults, null);
  }

  /**
   * @param faults is told each faulty record once; when it returns, the walk goes on
   * @param values is told the values of records that are no header; null: nobody asks
   */
  CsvTranslator(
      CsvDialect dialect,
      long maxRecordBytes,
      Consumer<CsvProblem> faults,
      @Nullable FieldSink values) {
    this.dialect = dialect;
    this.maxRecordBytes = maxRecordBytes;
    this.faults = faults;
    this.values = values;
  }

  /** The records that come next are a header: their fields are names. */
  void inHeader(boolean header) {
    inHeader = header;
    byHeader |= header;
  }

  @Override
  public void expectFields(int count) {
    expectedFields = count;
  }

  @Override
  public long records() {
    return records;
  }

  @Override
  public long bytes() {
    return consumed;
  }

  @Override
  public void skip(int bytes) {
    consumed += bytes;
    recordStart = consumed;
  }

  @Override
  public Passed passed() {
    return new Passed(out, 0, written);
  }

  @Override
  public CsvDialect dialect() {
    return CsvDialect.RFC4180;
  }

  @Override
  public int scan(byte[] block, int from, int to, long stopAfter) {
    context.enter(block, from, to);
    makeRoom(to - from);
    long base = consumed - from;
    int i = from;
    while (i < to) {
      boolean behindRecord = recordEnded;
      recordEnded = false;
      if (behindRecord && crBefore && block[i] == '\n') { // the second half of CRLF
        crBefore = false;
        i++;
        recordStart = base + i;
        recordEnded = true;
        continue;
      }
      if (behindRecord && records >= stopAfter) {
        break;
      }
      byte b = block[i];
      if (b < 0 || utf8.isInside()) {
        i = multibyte(block, i, to, base);
      } else {
        step(b, base + i);
        i++;
      }
    }
    if (base + i - recordStart > maxRecordBytes) {
      tooLong(base + i);
    }
    consumed += i - from;
    context.leave(block, from, i);
    value.leave(out, written);
    return i;
  }

  @Override
  public void finish() {
    written = 0;
    makeRoom(1);
    if (utf8.isInside()) {
      brokenUtf8(consumed);
    }
    switch (state) {
      case QUOTED, ESCAPED_IN_QUOTES ->
          report(Kind.UNTERMINATED_QUOTE, quoteLine, quoteOffset, Causes.openQuote(quoteLine), "");
      case ESCAPED, ESCAPED_AT_START -> report(Kind.ESCAPE_AT_END, consumed);
      default -> {}
    }
    if (consumed > recordStart) {
      endField();
      endRecord(consumed, false);
    }
  }

  private void makeRoom(int input) {
    int needed = Math.addExact(Math.multiplyExact(input, GROWTH), 16);
    if (out.length < needed) {
      out = new byte[needed];
    }
    written = 0;
  }

  /** One byte of ASCII. */
  private void step(byte b, long offset) {
    if (b == 0) {
      report(Kind.NUL, offset);
    }
    switch (state) {
      case FIELD_START -> atStart(b, offset);
      case UNQUOTED -> unquoted(b, offset);
      case QUOTED -> quoted(b);
      case QUOTE_SEEN -> quoteSeen(b, offset);
      case ESCAPED_AT_START -> {
        if (b == 'N') {
          state = NULL_SEEN;
        } else {
          escaped(b);
        }
      }
      case ESCAPED -> escaped(b);
      case ESCAPED_IN_QUOTES -> {
        escaped(b);
        state = QUOTED;
      }
      default -> nullSeen(b, offset);
    }
    crBefore = b == '\r';
  }

  private void atStart(byte b, long offset) {
    if (b == dialect.enclosure() && b != CsvDialect.NONE) {
      beginField(offset);
      state = QUOTED;
      quoteOffset = offset;
      quoteLine = line;
      return;
    }
    beginField(offset);
    if (b == dialect.escape() && b != CsvDialect.NONE) {
      state = ESCAPED_AT_START;
      return;
    }
    state = UNQUOTED;
    unquoted(b, offset);
  }

  private void unquoted(byte b, long offset) {
    if (b == dialect.delimiter()) {
      nextField();
    } else if (b == '\n' || b == '\r') {
      endLine(offset + 1);
    } else if (b == dialect.escape() && b != CsvDialect.NONE) {
      state = ESCAPED;
    } else {
      if (b == dialect.enclosure() && b != CsvDialect.NONE) {
        report(Kind.QUOTE_IN_UNQUOTED_FIELD, offset);
      }
      data(b);
    }
  }

  private void quoted(byte b) {
    if (b == dialect.enclosure()) {
      state = QUOTE_SEEN;
      return;
    }
    if (b == dialect.escape() && b != CsvDialect.NONE) {
      state = ESCAPED_IN_QUOTES;
      return;
    }
    countLine(b);
    data(b);
  }

  private void quoteSeen(byte b, long offset) {
    if (b == dialect.enclosure()) {
      state = QUOTED;
      data(b);
    } else if (b == dialect.delimiter()) {
      nextField();
    } else if (b == '\n' || b == '\r') {
      endLine(offset + 1);
    } else {
      report(Kind.TEXT_AFTER_QUOTE, offset);
      state = UNQUOTED;
    }
  }

  private void escaped(byte b) {
    state = UNQUOTED;
    countLine(b);
    data(
        switch (b) {
          case 'n' -> (byte) '\n';
          case 't' -> (byte) '\t';
          case 'r' -> (byte) '\r';
          default -> b;
        });
  }

  private void nullSeen(byte b, long offset) {
    state = UNQUOTED;
    if (b != dialect.delimiter() && b != '\n' && b != '\r') {
      data((byte) 'N');
    }
    unquoted(b, offset);
  }

  private int multibyte(byte[] block, int start, int to, long base) {
    switch (state) {
      case FIELD_START -> {
        beginField(base + start);
        state = UNQUOTED;
      }
      case QUOTE_SEEN -> {
        report(Kind.TEXT_AFTER_QUOTE, base + start);
        state = UNQUOTED;
      }
      case NULL_SEEN -> {
        data((byte) 'N');
        state = UNQUOTED;
      }
      case ESCAPED, ESCAPED_AT_START -> state = UNQUOTED;
      case ESCAPED_IN_QUOTES -> state = QUOTED;
      default -> {}
    }
    crBefore = false;
    int i = utf8.walk(block, start, to);
    if (utf8.isBroken()) {
      brokenUtf8(base + i);
      i += block[i] < 0 ? 1 : 0;
    }
    System.arraycopy(block, start, out, written, i - start);
    written += i - start;
    return i;
  }

  /** Reports and forgets the sequence whose next byte, at the offset, is not what it needs. */
  private void brokenUtf8(long offset) {
    long first = offset - utf8.seenBytes();
    report(
        Kind.NOT_UTF8,
        line,
        first,
        Causes.notUtf8(utf8.firstByte(), first, inHeader),
        context.around(first - consumed));
    utf8.reset();
  }

  /** A byte of a value: an enclosure of the file's is the value's here. */
  private void data(byte b) {
    if (b == '"') {
      write(b);
    }
    write(b);
  }

  private void write(byte b) {
    out[written++] = b;
  }

  private void countLine(byte b) {
    if (b == '\r' || (b == '\n' && !crBefore)) {
      line++;
    }
  }

  private void nextField() {
    endField();
    write((byte) ',');
    fields++;
  }

  private void beginField(long offset) {
    write((byte) '"');
    if (values != null) {
      value.begin(offset, line, written);
    }
  }

  private void endField() {
    if (state == FIELD_START) {
      beginField(consumed);
    }
    if (values != null) {
      value.end(out, written, records + 1, fields + 1L, consumed);
      if (!inHeader) {
        values.field(value);
      }
    }
    write((byte) '"');
    state = FIELD_START;
  }

  private void endLine(long next) {
    endField();
    endRecord(next, next - recordStart == 1);
    line++;
    recordLine = line;
    recordEnded = true;
  }

  private void endRecord(long next, boolean empty) {
    write((byte) '\n');
    if (next - recordStart > maxRecordBytes) {
      report(Kind.RECORD_TOO_LONG, recordLine, recordStart, Causes.tooLong(maxRecordBytes, 0), "");
    }
    if (expectedFields > 0 && fields + 1 != expectedFields) {
      report(
          Kind.WRONG_FIELD_COUNT,
          recordLine,
          recordStart,
          empty
              ? Causes.emptyLine(expectedFields)
              : Causes.fieldCount(fields + 1L, expectedFields, byHeader),
          context.around(recordStart - consumed));
    }
    records++;
    fields = 0;
    recordStart = next;
  }

  /** Ends the walk in any case: what follows is the same record still. */
  private void tooLong(long offset) {
    boolean open = state == QUOTED || state == ESCAPED_IN_QUOTES;
    CsvProblem problem =
        problem(
            Kind.RECORD_TOO_LONG,
            open ? quoteLine : recordLine,
            open ? quoteOffset : offset,
            Causes.tooLong(maxRecordBytes, open ? quoteLine : 0),
            "");
    faults.accept(problem);
    throw new CsvFault(problem);
  }

  private void report(Kind kind, long offset) {
    report(kind, line, offset, kind.text(), context.around(offset - consumed));
  }

  private void report(Kind kind, long onLine, long offset, String cause, String snippet) {
    if (faultyRecord != records + 1) {
      faultyRecord = records + 1;
      faults.accept(problem(kind, onLine, offset, cause, snippet));
    }
  }

  private CsvProblem problem(Kind kind, long onLine, long offset, String cause, String snippet) {
    return new CsvProblem(kind, records + 1, onLine, fields + 1L, offset, cause, snippet);
  }
}
