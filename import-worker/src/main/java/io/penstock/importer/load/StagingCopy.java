package io.penstock.importer.load;

import io.penstock.importer.csv.CsvDialect;
import io.penstock.importer.csv.CsvInput;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.warehouse.CatalogueColumn;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Makes a table and copies files into it, in the connection's open transaction. The table comes
 * into being in that very transaction: PostgreSQL then appends without looking for free space in
 * earlier pages, so that the order of {@code ctid} is the order of the files' records.
 */
final class StagingCopy implements SourceReader.Loading<SQLException> {
  private final Connection connection;
  private final CsvDialect dialect;
  private final Kind kind;
  private final String name;
  private List<CatalogueColumn> fileColumns = List.of();
  private long rows;

  /** What the table is for. */
  enum Kind {
    /** A new generation: all columns of the table. */
    GENERATION,
    /**
     * The file's rows on their way into a generation; lost in a crash of the server, as its job
     * then starts over.
     */
    STAGING
  }

  StagingCopy(Connection connection, CsvDialect dialect, Kind kind, String name) {
    this.connection = connection;
    this.dialect = dialect;
    this.kind = kind;
    this.name = name;
  }

  /** Rows in the table. */
  long rows() {
    return rows;
  }

  @Override
  public void begin(ColumnPlan plan) throws SQLException {
    fileColumns = plan.file();
    List<CatalogueColumn> columns = kind == Kind.GENERATION ? plan.table() : plan.file();
    String definitions =
        columns.stream()
            .map(column -> column.physical() + " text NOT NULL DEFAULT ''")
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      // What an attempt before us left: it was published by nobody, or the ledger would have told.
      statement.execute(
          "DROP TABLE IF EXISTS %s; CREATE %s TABLE %s (%s)"
              .formatted(name, kind == Kind.STAGING ? "UNLOGGED" : "", name, definitions));
    }
  }

  @Override
  public void load(CsvInput input) throws IOException, SQLException {
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement());
    try {
      input.forEachBlock(
          (block, offset, length) -> {
            if (Thread.interrupted()) {
              throw new SQLException("The worker stops, or the job's time is over", "57014");
            }
            copy.writeToCopy(block, offset, length);
          });
      long copied = copy.endCopy();
      if (copied != input.dataRecords()) {
        throw new PlatformException(
            ErrorCode.INVALID_CSV,
            "The warehouse reads %d records where the file has %d; nothing was changed."
                .formatted(copied, input.dataRecords()));
      }
      rows += copied;
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private String statement() {
    String columns =
        fileColumns.stream().map(CatalogueColumn::physical).collect(Collectors.joining(", "));
    return "COPY %s (%s) FROM STDIN (FORMAT csv, DELIMITER %s, QUOTE %s, FORCE_NOT_NULL *, ENCODING 'UTF8')"
        .formatted(name, columns, literal(dialect.delimiter()), literal(dialect.enclosure()));
  }

  /** One ASCII character as a string constant. */
  private static String literal(byte character) {
    return character == '\'' ? "''''" : "'" + (char) character + "'";
  }
}
