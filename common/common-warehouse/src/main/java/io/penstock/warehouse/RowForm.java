package io.penstock.warehouse;

import io.penstock.model.Json;
import io.penstock.model.job.JobTask.ExportFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text forms in which rows leave (chapter 2.6): what PostgreSQL is asked for, and what becomes
 * of each of its rows. RFC 4180 is PostgreSQL's own; the others are made of its text format byte by
 * byte, so that no value becomes an object. Not thread-safe.
 */
public abstract sealed class RowForm {
  private static final String CSV = "(FORMAT csv, FORCE_QUOTE *, ENCODING 'UTF8')";
  private static final String TEXT = "(FORMAT text, ENCODING 'UTF8')";

  private RowForm() {}

  /**
   * @param columns names, in the order of the rows' fields
   */
  public static RowForm of(ExportFormat format, List<String> columns) {
    return switch (format) {
      case RFC -> new Rfc(columns);
      case RAW -> new Raw(columns);
      case ESCAPED -> new Escaped(columns);
      case JSON -> new JsonLines(columns);
    };
  }

  /** The COPY whose rows {@link #row} takes. */
  public String copy(TableStatement select) {
    return "COPY (%s) TO STDOUT %s".formatted(select.copyText(), CSV);
  }

  /** The line that names the columns; empty where the form has none. */
  public abstract byte[] header();

  /** One of COPY's rows in this form, with its line end. */
  public abstract byte[] row(byte[] copied);

  private static byte[] line(List<String> columns, String quote, String delimiter) {
    return columns.stream()
        .map(name -> quote + name + quote)
        .collect(Collectors.joining(delimiter, "", "\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static final class Rfc extends RowForm {
    private final List<String> columns;

    Rfc(List<String> columns) {
      this.columns = columns;
    }

    @Override
    public byte[] header() {
      return line(columns, "\"", ",");
    }

    @Override
    public byte[] row(byte[] copied) {
      return copied;
    }
  }

  /**
   * Walks over a row of <a
   * href="https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS">COPY's text
   * format</a>: fields between tabulators, {@code \N} for NULL, and a backslash sequence for each
   * of seven bytes.
   */
  private abstract static sealed class Rewritten extends RowForm {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Override
    public String copy(TableStatement select) {
      return "COPY (%s) TO STDOUT %s".formatted(select.copyText(), TEXT);
    }

    @Override
    public byte[] row(byte[] copied) {
      out.reset();
      int end = copied.length - 1;
      int field = 0;
      for (int i = 0; i <= end; i++, field++) {
        i = field(copied, i, end, field);
      }
      end(field);
      return out.toByteArray();
    }

    /** Returns where the field's delimiter is, or the line end. */
    private int field(byte[] row, int start, int end, int index) {
      int i = start;
      boolean isNull = start + 2 <= end && row[start] == '\\' && row[start + 1] == 'N';
      open(index, isNull);
      if (isNull) {
        i += 2;
      }
      while (i < end && row[i] != '\t') {
        if (row[i] == '\\') {
          i++;
          value(plain(row[i]));
        } else {
          value(row[i]);
        }
        i++;
      }
      close(isNull);
      return i;
    }

    private static byte plain(byte afterBackslash) {
      return switch (afterBackslash) {
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'v' -> 0x0b;
        default -> afterBackslash;
      };
    }

    final void write(String ascii) {
      for (int i = 0; i < ascii.length(); i++) {
        out.write(ascii.charAt(i));
      }
    }

    abstract void open(int index, boolean isNull);

    abstract void value(byte b);

    abstract void close(boolean isNull);

    void end(int fields) {
      out.write('\n');
    }
  }

  /** Tabulators, no enclosure. */
  private static final class Raw extends Rewritten {
    private final List<String> columns;

    Raw(List<String> columns) {
      this.columns = columns;
    }

    @Override
    public byte[] header() {
      return line(columns, "", "\t");
    }

    @Override
    void open(int index, boolean isNull) {
      if (index > 0) {
        out.write('\t');
      }
    }

    @Override
    void value(byte b) {
      switch (b) {
        case '\t' -> write("\\t");
        case '\n' -> write("\\n");
        case '\r' -> write("\\r");
        case '\\' -> write("\\\\");
        default -> out.write(b);
      }
    }

    @Override
    void close(boolean isNull) {}
  }

  /** Commas, every field enclosed, a backslash before enclosures and backslashes. */
  private static final class Escaped extends Rewritten {
    private final List<String> columns;

    Escaped(List<String> columns) {
      this.columns = columns;
    }

    @Override
    public byte[] header() {
      return line(columns, "\"", ",");
    }

    @Override
    void open(int index, boolean isNull) {
      write(index > 0 ? ",\"" : "\"");
    }

    @Override
    void value(byte b) {
      if (b == '"' || b == '\\') {
        out.write('\\');
      }
      out.write(b);
    }

    @Override
    void close(boolean isNull) {
      out.write('"');
    }
  }

  /** One object a line. */
  private static final class JsonLines extends Rewritten {
    private final List<String> keys;

    JsonLines(List<String> columns) {
      this.keys = columns.stream().map(Json::write).toList();
    }

    @Override
    public byte[] header() {
      return new byte[0];
    }

    @Override
    void open(int index, boolean isNull) {
      out.write(index == 0 ? '{' : ',');
      write(keys.get(index));
      write(isNull ? ":null" : ":\"");
    }

    @Override
    void value(byte b) {
      switch (b) {
        case '"' -> write("\\\"");
        case '\\' -> write("\\\\");
        case '\n' -> write("\\n");
        case '\r' -> write("\\r");
        case '\t' -> write("\\t");
        default -> {
          if (b >= 0 && b < 0x20) {
            write("\\u%04x".formatted(b));
          } else {
            out.write(b);
          }
        }
      }
    }

    @Override
    void close(boolean isNull) {
      if (!isNull) {
        out.write('"');
      }
    }

    @Override
    void end(int fields) {
      write("}\n");
    }
  }
}
