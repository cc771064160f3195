package io.penstock.importer.csv;

import io.penstock.importer.csv.CsvProblem.Kind;
import java.util.Arrays;

/**
 * Walks over the bytes of a CSV file once and proves that they are strict RFC 4180 in UTF-8, in
 * blocks of any size, in memory that does not depend on the file: quote state, record boundaries,
 * number of fields, line ends, NUL, UTF-8. What is not is a {@link CsvFault}. Line ends may be LF,
 * CRLF or CR, but the same in the whole file: COPY reads nothing else; {@link CsvTranslator} makes
 * such a file from others. What it passes are the very bytes that came in.
 *
 * <p>A state machine over bytes with a class table: an ordinary byte costs one look-up. It is
 * longer than other classes for that reason. Not thread-safe.
 */
final class CsvScanner implements RecordScanner {
  private static final int FIELD_START = 0;
  private static final int UNQUOTED = 1;
  private static final int QUOTED = 2;
  private static final int QUOTE_SEEN = 3;
  private static final int AFTER_CR = 4;

  private static final byte ORDINARY = 0;
  private static final byte DELIMITER = 1;
  private static final byte QUOTE = 2;
  private static final byte LF = 3;
  private static final byte CR = 4;
  private static final byte NUL = 5;
  private static final byte MULTIBYTE = 6;

  private final CsvDialect dialect;
  private final byte[] classes = new byte[256];
  private final long maxRecordBytes;
  private final Utf8Walk utf8 = new Utf8Walk();
  private final MaskedContext context = new MaskedContext();

  private int state = FIELD_START;
  private Passed passed = Passed.NOTHING;
  private LineEnd lineEnd = LineEnd.UNKNOWN;
  private boolean lastWasCr;
  private long consumed;
  private long records;
  private long line = 1;
  private long recordStart;
  private long recordLine = 1;
  private int fields;
  private int expectedFields;

  /** Line ends of a file. */
  private enum LineEnd {
    UNKNOWN,
    LF,
    CRLF,
    CR
  }

  CsvScanner(CsvDialect dialect, long maxRecordBytes) {
    this.dialect = dialect;
    this.maxRecordBytes = maxRecordBytes;
    Arrays.fill(classes, 128, 256, MULTIBYTE);
    classes['\n'] = LF;
    classes['\r'] = CR;
    classes[0] = NUL;
    classes[dialect.delimiter()] = DELIMITER;
    classes[dialect.enclosure()] = QUOTE;
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
    return passed;
  }

  @Override
  public CsvDialect dialect() {
    return dialect;
  }

  @Override
  public int scan(byte[] block, int from, int to, long stopAfter) {
    context.enter(block, from, to);
    long base = consumed - from;
    int i = from;
    if (utf8.isInside()) {
      i = utf8.walk(block, i, to);
      requireUtf8(i, base);
    }
    while (i < to) {
      switch (state) {
        case UNQUOTED -> {
          while (i < to && classes[block[i] & 0xff] == ORDINARY) {
            i++;
          }
          if (i < to) {
            i = unquoted(block, i, to, base);
          }
        }
        case FIELD_START -> {
          if (records >= stopAfter && base + i == recordStart) {
            return leave(block, from, i);
          }
          int c = classes[block[i] & 0xff];
          if (c == QUOTE) {
            state = QUOTED;
            i++;
          } else if (c == ORDINARY) {
            state = UNQUOTED;
            i++;
          } else {
            i = unquoted(block, i, to, base);
          }
        }
        case QUOTED -> i = quoted(block, i, to, base);
        case QUOTE_SEEN -> i = quoteSeen(block, i, base);
        default -> i = afterCr(block, i, base);
      }
    }
    if (base + to - recordStart > maxRecordBytes) {
      throw fault(Kind.RECORD_TOO_LONG, recordLine, base + to);
    }
    return leave(block, from, i);
  }

  @Override
  public void finish() {
    passed = Passed.NOTHING;
    context.enter(new byte[0], 0, 0);
    if (utf8.isInside()) {
      throw fault(Kind.NOT_UTF8, consumed - utf8.seenBytes());
    }
    if (state == QUOTED) {
      throw fault(Kind.UNTERMINATED_QUOTE, recordLine, consumed);
    }
    if (state == AFTER_CR) {
      settle(LineEnd.CR, consumed);
    } else if (consumed > recordStart) {
      endRecord(consumed);
    }
    state = FIELD_START;
  }

  private int leave(byte[] block, int from, int i) {
    consumed += i - from;
    passed = new Passed(block, from, i - from);
    if (i > from) {
      lastWasCr = block[i - 1] == '\r';
      context.leave(block, from, i);
    }
    return i;
  }

  /** A byte in or before an unquoted field that is not ordinary. */
  private int unquoted(byte[] block, int i, int to, long base) {
    switch (classes[block[i] & 0xff]) {
      case DELIMITER -> {
        fields++;
        state = FIELD_START;
      }
      case LF -> {
        settle(LineEnd.LF, base + i);
        endLine(base + i + 1);
      }
      case CR -> {
        endLine(base + i + 1);
        state = AFTER_CR;
      }
      case QUOTE -> throw fault(Kind.QUOTE_IN_UNQUOTED_FIELD, base + i);
      case NUL -> throw fault(Kind.NUL, base + i);
      default -> {
        state = UNQUOTED;
        int next = utf8.walk(block, i, to);
        requireUtf8(next, base);
        return next;
      }
    }
    return i + 1;
  }

  private int quoted(byte[] block, int start, int to, long base) {
    int i = start;
    while (i < to) {
      byte c = classes[block[i] & 0xff];
      if (c <= DELIMITER) {
        i++;
      } else if (c == QUOTE) {
        state = QUOTE_SEEN;
        return i + 1;
      } else if (c == MULTIBYTE) {
        i = utf8.walk(block, i, to);
        requireUtf8(i, base);
      } else if (c == NUL) {
        throw fault(Kind.NUL, base + i);
      } else {
        boolean crBefore = base + i == consumed ? lastWasCr : block[i - 1] == '\r';
        line += c == LF && crBefore ? 0 : 1;
        i++;
      }
    }
    return i;
  }

  private int quoteSeen(byte[] block, int i, long base) {
    switch (classes[block[i] & 0xff]) {
      case QUOTE -> state = QUOTED;
      case DELIMITER -> {
        fields++;
        state = FIELD_START;
      }
      case LF -> {
        settle(LineEnd.LF, base + i);
        endLine(base + i + 1);
      }
      case CR -> {
        endLine(base + i + 1);
        state = AFTER_CR;
      }
      default -> throw fault(Kind.TEXT_AFTER_QUOTE, base + i);
    }
    return i + 1;
  }

  private int afterCr(byte[] block, int i, long base) {
    state = FIELD_START;
    if (block[i] != '\n') {
      settle(LineEnd.CR, base + i - 1);
      return i;
    }
    settle(LineEnd.CRLF, base + i);
    recordStart++;
    return i + 1;
  }

  private void settle(LineEnd found, long offset) {
    if (lineEnd != found) {
      if (lineEnd != LineEnd.UNKNOWN) {
        throw fault(Kind.MIXED_LINE_ENDS, offset);
      }
      lineEnd = found;
    }
  }

  private void endLine(long next) {
    endRecord(next);
    state = FIELD_START;
    line++;
    recordLine = line;
  }

  private void endRecord(long next) {
    if (next - recordStart > maxRecordBytes) {
      throw fault(Kind.RECORD_TOO_LONG, recordLine, next);
    }
    if (expectedFields > 0 && fields + 1 != expectedFields) {
      throw fault(Kind.WRONG_FIELD_COUNT, recordLine, recordStart);
    }
    records++;
    fields = 0;
    recordStart = next;
  }

  private void requireUtf8(int index, long base) {
    if (utf8.isBroken()) {
      throw fault(Kind.NOT_UTF8, base + index - utf8.seenBytes());
    }
  }

  private CsvFault fault(Kind kind, long offset) {
    return fault(kind, line, offset);
  }

  private CsvFault fault(Kind kind, long onLine, long offset) {
    return new CsvFault(
        new CsvProblem(
            kind,
            records + 1,
            onLine,
            fields + 1L,
            offset,
            kind.text(),
            context.around(offset - consumed)));
  }
}
